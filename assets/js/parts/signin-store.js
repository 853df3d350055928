// What a phone keeps of sign-ins: the passes that came with the page, and what waits to be sent. The page and its worker share it. Where the browser keeps
// nothing (a private window), it lives as long as the page does.
const name = "xieshang-signin";
const memory = { passes: {}, queue: {}, meta: {} };

let opening = null;

function open() {
  if (opening) return opening;
  opening = new Promise(function (resolve) {
    let request;
    try {
      request = indexedDB.open(name, 1);
    } catch (e) {
      resolve(null);
      return;
    }
    request.onupgradeneeded = function () {
      Object.keys(memory).forEach(function (store) {
        request.result.createObjectStore(store, { keyPath: "id" });
      });
    };
    request.onsuccess = function () {
      resolve(request.result);
    };
    request.onerror = request.onblocked = function () {
      resolve(null);
    };
  });
  return opening;
}

function within(store, mode, use) {
  return open().then(function (db) {
    if (!db) return null;
    return new Promise(function (resolve, reject) {
      const tx = db.transaction(store, mode);
      const request = use(tx.objectStore(store));
      tx.oncomplete = function () {
        resolve({ value: request && request.result });
      };
      tx.onerror = tx.onabort = function () {
        reject(tx.error);
      };
    });
  });
}

// lasting tells whether what is kept outlives the page.
export function lasting() {
  return open().then(Boolean);
}

export function list(store) {
  return within(store, "readonly", function (s) {
    return s.getAll();
  }).then(function (got) {
    if (got) return got.value;
    return Object.keys(memory[store]).map(function (id) {
      return memory[store][id];
    });
  });
}

export function put(store, value) {
  return within(store, "readwrite", function (s) {
    return s.put(value);
  }).then(function (got) {
    if (!got) memory[store][value.id] = value;
  });
}

export function drop(store, id) {
  return within(store, "readwrite", function (s) {
    return s.delete(id);
  }).then(function (got) {
    if (!got) delete memory[store][id];
  });
}

export function replace(store, values) {
  return list(store).then(function (old) {
    return Promise.all(
      old
        .map(function (v) {
          return drop(store, v.id);
        })
        .concat(
          values.map(function (v) {
            return put(store, v);
          }),
        ),
    );
  });
}
