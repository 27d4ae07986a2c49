// A modal dialog that Esc and the back button close, also where the browser has no <dialog>.
// Expects: <dialog>; its first [tabindex="-1"] (the title) takes the focus.
import { el } from "./dom.js";

export function modal(dialog, { onClose } = {}) {
  const native = typeof dialog.showModal === "function";
  let returnTo = null;
  let backdrop = null;

  function isOpen() {
    return dialog.hasAttribute("open");
  }

  function open() {
    if (isOpen()) {
      return;
    }
    returnTo = document.activeElement;
    if (native) {
      dialog.showModal();
    } else {
      backdrop = el("div", { class: "sheet-backdrop" });
      backdrop.addEventListener("click", close);
      document.body.append(backdrop);
      dialog.setAttribute("open", "");
      dialog.setAttribute("role", "dialog");
      dialog.setAttribute("aria-modal", "true");
    }
    document.documentElement.classList.add("no-scroll");
    window.history.pushState({ dialog: dialog.id }, "");
    const title = dialog.querySelector('[tabindex="-1"]');
    if (title) {
      title.focus();
    }
  }

  // Closing goes through the history, so that the back button and Esc do the same.
  function close() {
    if (!isOpen()) {
      return;
    }
    if (window.history.state && window.history.state.dialog === dialog.id) {
      window.history.back();
    } else {
      shut();
    }
  }

  function shut() {
    if (!isOpen()) {
      return;
    }
    if (native) {
      dialog.close();
    } else {
      dialog.removeAttribute("open");
      backdrop.remove();
    }
    document.documentElement.classList.remove("no-scroll");
    if (returnTo && document.contains(returnTo)) {
      returnTo.focus({ preventScroll: true });
    }
    if (onClose) {
      onClose();
    }
  }

  window.addEventListener("popstate", shut);
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    close();
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) {
      close(); // a click beside the sheet
    }
  });
  if (!native) {
    dialog.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        close();
      } else if (event.key === "Tab") {
        keepInside(event, dialog);
      }
    });
  }
  return { open, close, shut, isOpen };
}

function keepInside(event, dialog) {
  const stops = Array.from(dialog.querySelectorAll("button, a[href], input")).filter(
    (stop) => !stop.disabled && stop.offsetParent !== null
  );
  const edge = event.shiftKey ? stops[0] : stops[stops.length - 1];
  if (document.activeElement === edge) {
    event.preventDefault();
    (event.shiftKey ? stops[stops.length - 1] : stops[0]).focus();
  }
}
