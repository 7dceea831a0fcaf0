// Elements from data. Text is always text: nothing here reads HTML.

export function make(tag, given = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (name === "on") for (const [event, act] of Object.entries(value)) element.addEventListener(event, act);
    else if (name === "class") element.className = value;
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child != null && child !== ""));
  return element;
}

export function fill(id, children) {
  document.getElementById(id).replaceChildren(...children);
}

export const badge = (text, kind = "") => make("span", { class: `badge ${kind}` }, text);
export const get = (id) => document.getElementById(id);
