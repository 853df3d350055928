// Sends one file in pieces: POST makes it, HEAD says how far it is, PATCH goes on. A piece that is lost is asked for again, smaller and after a while; a
// refusal for good rejects with the server's words.

const largest = 1 << 20; // bytes of a piece, as much as the server stores at once
const smallest = 1 << 16;

export function send(job) {
  let piece = largest;
  let fails = 0;
  const file = job.file;

  function begin() {
    if (job.id) return at();
    return ask("POST", job.endpoint, {
      "Upload-Length": String(file.size),
      "Upload-Metadata": "filename " + base64(file.name) + ",filetype " + base64(file.type || "application/octet-stream"),
    }).then(function (r) {
      const place = r.headers.get("Location") || "";
      job.id = place.split("/").pop();
      if (!job.id) throw refusal();
      job.created(job.id);
      return next(0);
    });
  }

  // at asks where the file stopped; one that the server has forgotten begins anew.
  function at() {
    return ask("HEAD", job.endpoint + "/" + job.id).then(
      function (r) {
        return next(offset(r));
      },
      function (e) {
        if (!e.final) throw e;
        job.id = "";
        return begin();
      }
    );
  }

  function next(from) {
    job.progress(file.size ? from / file.size : 1);
    if (from >= file.size) return undefined;
    return ask("PATCH", job.endpoint + "/" + job.id, { "Upload-Offset": String(from), "Content-Type": "application/offset+octet-stream" }, file.slice(from, from + piece)).then(function (r) {
      fails = 0;
      piece = Math.min(largest, piece * 2);
      return next(offset(r));
    });
  }

  function attempt() {
    return begin().catch(function (e) {
      if (e.final || (job.signal && job.signal.aborted)) throw e;
      fails++;
      piece = Math.max(smallest, piece >> 1);
      job.waiting();
      return rest(Math.min(30000, 500 * Math.pow(2, Math.min(fails, 6)))).then(attempt);
    });
  }

  function ask(method, address, headers, body) {
    return fetch(address, {
      method: method,
      headers: Object.assign({ "Tus-Resumable": "1.0.0", Accept: "application/problem+json" }, headers),
      body: body,
      credentials: "same-origin",
      signal: job.signal || undefined,
    }).then(function (r) {
      if (r.ok) return r;
      // 409: somebody else's idea of the offset; 408, 429 and 5xx: later.
      if (r.status === 409 || r.status === 408 || r.status === 429 || r.status >= 500) throw new Error(String(r.status));
      return r.text().then(function (text) {
        throw refusal(text);
      });
    });
  }

  return attempt();
}

function offset(r) {
  const n = Number(r.headers.get("Upload-Offset"));
  if (!(n >= 0)) throw refusal();
  return n;
}

function refusal(text) {
  const e = new Error("refused");
  e.final = true;
  try {
    const problem = JSON.parse(text);
    e.words = problem.detail || problem.title || "";
  } catch (ignored) {
    e.words = "";
  }
  return e;
}

// rest waits, and no longer than until the line is back.
function rest(ms) {
  return new Promise(function (done) {
    const timer = setTimeout(done, ms);
    addEventListener(
      "online",
      function () {
        clearTimeout(timer);
        done();
      },
      { once: true }
    );
  });
}

function base64(text) {
  return btoa(unescape(encodeURIComponent(text)));
}
