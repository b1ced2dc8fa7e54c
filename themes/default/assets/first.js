/* Before anything is drawn: the reading mode that was chosen on this device. */
try { if (localStorage.getItem('large') === '1') document.documentElement.classList.add('large'); } catch (e) { /* private mode */ }
