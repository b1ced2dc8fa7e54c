/* Extras only: every page says the same without this file. */
(function () {
  'use strict';
  var root = document.documentElement, body = document.body;
  function each(selector, act) { Array.prototype.forEach.call(document.querySelectorAll(selector), act); }
  function byId(id) { return document.getElementById(id); }

  /* Large reading mode, remembered on this device. */
  var store = { get: function () { try { return localStorage.getItem('large') === '1'; } catch (e) { return false; } },
                set: function (on) { try { localStorage.setItem('large', on ? '1' : '0'); } catch (e) { /* private mode */ } } };
  var toggle = byId('large');
  function large(on) {
    root.classList.toggle('large', on);
    if (toggle) toggle.setAttribute('aria-pressed', String(on));
  }
  large(store.get());
  if (toggle) {
    toggle.hidden = false;
    toggle.addEventListener('click', function () {
      var on = !root.classList.contains('large');
      large(on); store.set(on);
    });
  }

  /* "Today" and "3 days left", by the reader's calendar. */
  function midnight(iso) { var d = iso.slice(0, 10).split('-'); return new Date(+d[0], d[1] - 1, +d[2]).getTime(); }
  function days(iso) { var n = new Date(); return Math.round((midnight(iso) - new Date(n.getFullYear(), n.getMonth(), n.getDate()).getTime()) / 864e5); }
  function add(time, words) {
    var now = document.createElement('span');
    now.className = 'now'; now.textContent = words;
    time.appendChild(now);
  }
  function dress() {
    each('time[data-day]', function (time) {
      var n = days(time.getAttribute('datetime'));
      if (n === 0) add(time, body.getAttribute('data-today'));
      if (n === 1) add(time, body.getAttribute('data-tomorrow'));
    });
    each('time[data-due]', function (time) {
      var n = days(time.getAttribute('datetime'));
      if (n < 0) add(time, body.getAttribute('data-over'));
      else if (n === 0) add(time, body.getAttribute('data-last'));
      else if (n <= 14) add(time, body.getAttribute('data-left').replace('{n}', n));
    });
    each('[data-from]', function (row) {
      var until = row.getAttribute('data-until');
      if (days(row.getAttribute('data-from')) <= 0 && (!until || days(until) >= 0)) add(row, body.getAttribute('data-now'));
    });
    reach();
    offer();
  }
  var today = byId('today');
  if (today) try {
    today.textContent = new Intl.DateTimeFormat(root.lang, { year: 'numeric', month: 'long', day: 'numeric', weekday: 'long' }).format(new Date());
  } catch (e) { /* the strip stays without a date */ }

  /* What scrolls sideways can be reached by keyboard. */
  function reach() {
    each('pre, .table', function (box) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0; else box.removeAttribute('tabindex');
    });
  }
  window.addEventListener('resize', reach);

  /* Copy and print. */
  var tools = byId('do');
  function copy(text, done) {
    if (navigator.clipboard && navigator.clipboard.writeText) return navigator.clipboard.writeText(text).then(done, function () {});
    var area = document.createElement('textarea');
    area.value = text; area.setAttribute('readonly', ''); body.appendChild(area); area.select();
    try { if (document.execCommand('copy')) done(); } catch (e) { /* nothing to say */ }
    body.removeChild(area);
  }
  if (tools) {
    tools.hidden = false;
    tools.addEventListener('click', function (event) {
      var button = event.target, what = button.getAttribute('data-do');
      if (what === 'print') window.print();
      if (what === 'copy') copy(location.href, function () { button.textContent = body.getAttribute('data-copied'); });
    });
  }

  /* Several courses in one order, kept on this device. */
  function picked() { try { return JSON.parse(localStorage.getItem('order')) || []; } catch (e) { return []; } }
  function keep(list) { try { localStorage.setItem('order', JSON.stringify(list)); } catch (e) { /* private mode */ } show(); }
  function show() {
    var basket = byId('basket'), list = picked();
    if (!basket) return;
    basket.hidden = !list.length;
    byId('order').value = [basket.getAttribute('data-head')].concat(list, basket.getAttribute('data-blanks')).join('\n');
    each('[data-order] > .pick, [data-order] .words > .pick', function (button) {
      var on = list.indexOf(button.value) >= 0;
      button.setAttribute('aria-pressed', String(on));
      button.textContent = basket.getAttribute(on ? 'data-picked' : 'data-pick');
    });
  }
  function offer() {
    if (!byId('basket')) return;
    each('[data-order]', function (course) {
      var button = document.createElement('button');
      button.type = 'button'; button.className = 'pick'; button.value = course.getAttribute('data-order');
      (course.querySelector('.words') || course).appendChild(button);
    });
    show();
  }
  body.addEventListener('click', function (event) {
    var button = event.target, list = picked();
    if (button.className === 'pick') {
      var at = list.indexOf(button.value);
      if (at < 0) list.push(button.value); else list.splice(at, 1);
      keep(list);
    }
    if (button.id === 'order-clear') keep([]);
    if (button.id === 'order-copy') copy(byId('order').value, function () { button.textContent = body.getAttribute('data-copied'); });
  });

  /* Lists are cut in place: the links lead to the same without a script. */
  function turn(url, push) {
    return fetch(url).then(function (answer) { return answer.ok ? answer.text() : Promise.reject(); }).then(function (html) {
      var other = new DOMParser().parseFromString(html, 'text/html'), main = byId('main');
      /* What stays was written for the address that we leave. */
      each('a[href], link[href]', function (link) { link.href = link.href; });
      each('header img', function (image) { image.src = image.src; });
      if (push) history.pushState(null, '', url);
      document.title = other.title;
      main.innerHTML = other.getElementById('main').innerHTML;
      dress();
      main.focus({ preventScroll: true });
    }).catch(function () { location.href = url; });
  }
  if (window.fetch && window.DOMParser && document.querySelector('.facets')) {
    body.addEventListener('click', function (event) {
      var link = event.target.closest && event.target.closest('.facets a');
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      turn(link.href, true);
    });
    window.addEventListener('popstate', function () { turn(location.href, false); });
  }
  dress();

  /* The 404 page says what was asked for. */
  var asked = byId('asked');
  if (asked) try { asked.textContent = asked.getAttribute('data-words') + decodeURI(location.pathname); } catch (e) { /* odd address */ }
})();
