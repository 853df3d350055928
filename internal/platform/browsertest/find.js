// Looks for what a person would call by this name: a control with that text or label, else a CSS selector.
// Answers the element, or null.
(name, wantField) => {
  const shown = (e) => e.getClientRects().length > 0 && getComputedStyle(e).visibility !== 'hidden';
  const squeeze = (s) => (s || '').replace(/\s+/g, ' ').trim();
  const wanted = squeeze(name);
  const field = 'input:not([type=hidden]),select,textarea,[contenteditable=true]';
  if (wantField) {
    const labels = [...document.querySelectorAll('label,legend,[aria-label],[placeholder]')];
    const fieldOf = (l) => {
      if (l.matches(field)) return l;
      if (l.control) return l.control;
      return l.tagName === 'LEGEND' ? l.parentElement.querySelector(field) : null;
    };
    const nameOf = (l) => squeeze(l.getAttribute('aria-label') || (l.matches(field) ? l.placeholder : l.textContent));
    for (const same of [(a) => a === wanted, (a) => a.startsWith(wanted)]) {
      const hit = labels.find((l) => same(nameOf(l)) && fieldOf(l));
      if (hit) return fieldOf(hit);
      if (same('')) break;
      try {
        const chosen = [...document.querySelectorAll(name)];
        const first = chosen.find(shown) || chosen[0];
        if (first) return first.matches(field) ? first : first.querySelector(field) || first;
      } catch (notASelector) { /* then it is a text */ }
    }
    return null;
  }
  const controls = [...document.querySelectorAll('a,button,input[type=submit],input[type=button],summary,label,[role=button],[role=tab],[role=menuitem],[role=option]')].filter(shown);
  const nameOf = (e) => squeeze(e.getAttribute('aria-label') || (e.tagName === 'INPUT' ? e.value : e.innerText || e.textContent));
  const exact = controls.find((e) => nameOf(e) === wanted || squeeze(e.innerText) === wanted);
  if (exact) return exact;
  try {
    const chosen = [...document.querySelectorAll(name)];
    const first = chosen.find(shown) || chosen[0];
    if (first) return first;
  } catch (notASelector) { /* then it is a text */ }
  return controls.find((e) => nameOf(e).includes(wanted)) || null;
}
