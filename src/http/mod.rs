//! Answering over HTTP: the only room that knows the server library. What is answered is made
//! elsewhere, from plain values to plain values.

pub mod forms;
