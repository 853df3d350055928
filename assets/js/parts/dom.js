// The few helpers that all parts share.

export function ready(run) {
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", run);
  else run();
}

export function all(selector, root) {
  return Array.prototype.slice.call((root || document).querySelectorAll(selector));
}

export function one(selector, root) {
  return (root || document).querySelector(selector);
}

// fill puts values into a text that the server translated: "{n} left".
export function fill(text, values) {
  return (text || "").replace(/\{(\w+)\}/g, function (whole, name) {
    return name in values ? values[name] : whole;
  });
}

// make builds an element; attributes with a leading "." are properties, children are nodes or texts.
export function make(tag, attributes, children) {
  const e = document.createElement(tag);
  Object.keys(attributes || {}).forEach(function (name) {
    if (name[0] === ".") e[name.slice(1)] = attributes[name];
    else e.setAttribute(name, attributes[name]);
  });
  (children || []).forEach(function (c) {
    e.appendChild(typeof c === "string" ? document.createTextNode(c) : c);
  });
  return e;
}

// button looks like ui.Button.
export function button(label, kind, press, attributes) {
  const b = make("button", Object.assign({ type: "button", class: "btn", "data-kind": kind }, attributes), [label]);
  b.addEventListener("click", press);
  return b;
}

// store is localStorage, or nothing where the browser refuses it.
export const store = {
  get: function (key) {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch (e) {
      return null;
    }
  },
  set: function (key, value) {
    try {
      localStorage.setItem(key, JSON.stringify(value));
      return true;
    } catch (e) {
      return false;
    }
  },
  drop: function (key) {
    try {
      localStorage.removeItem(key);
    } catch (e) {
      return;
    }
  },
  keys: function (prefix) {
    try {
      return Object.keys(localStorage).filter(function (k) {
        return k.indexOf(prefix) === 0;
      });
    } catch (e) {
      return [];
    }
  },
};
