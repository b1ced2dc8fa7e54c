//! Ctrl-C while letters leave: what is past DATA is finished first.

use std::{
    sync::{
        Once,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

/// Sets the flag when the user presses Ctrl-C.
pub(super) fn watch(flag: &'static AtomicBool) {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        thread::spawn(move || {
            let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
            runtime.block_on(async {
                if tokio::signal::ctrl_c().await.is_ok() {
                    flag.store(true, Ordering::SeqCst);
                }
            });
        });
    });
}
