// The roll call: typing narrows the list, Enter marks the one who is left as present, and each mark is kept at once. Without it the form is sent as a whole.
import { ready, all, one } from "./parts/dom.js";

ready(function () {
  const form = one("[data-roll]");
  if (!form) return;
  const find = one("[name=find]", form);
  const said = one("[data-roll-status]", form);
  const rows = all("[data-roll-row]", form);

  function shown() {
    return rows.filter(function (r) {
      return !r.hidden;
    });
  }

  function narrow() {
    const text = find.value.trim().toLowerCase();
    rows.forEach(function (r) {
      r.hidden = text !== "" && r.dataset.rollRow.toLowerCase().indexOf(text) < 0;
    });
  }

  function keep(row) {
    const state = one("select", row);
    const was = one("[type=hidden]", row);
    const note = one("input:not([type=hidden])", row);
    if (note && state.value === "made_up" && note.value.trim() === "") {
      note.focus();
      return;
    }
    const body = new URLSearchParams();
    body.set("quick", "1");
    [state, was, note, one("[name=way]:checked", form)].forEach(function (f) {
      if (f) body.set(f.name, f.value);
    });
    fetch(form.action, { method: "POST", body: body, credentials: "same-origin", redirect: "manual" })
      .then(function (r) {
        if (r.status !== 204) throw new Error("refused");
        was.value = state.value;
        said.textContent = form.dataset.saved + row.dataset.rollRow + " " + state.selectedOptions[0].textContent;
      })
      .catch(function () {
        said.textContent = row.dataset.rollRow + ": " + form.dataset.failed;
      });
  }

  find.addEventListener("input", narrow);
  find.addEventListener("keydown", function (e) {
    if (e.key !== "Enter") return;
    e.preventDefault();
    const left = shown();
    if (left.length !== 1 || find.value.trim() === "") return;
    one("select", left[0]).value = "present";
    keep(left[0]);
    find.value = "";
    narrow();
  });
  rows.forEach(function (r) {
    r.addEventListener("change", function () {
      keep(r);
    });
  });
  find.focus();
});
