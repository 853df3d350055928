// SHA-256 (FIPS 180-4) of an ASCII text, as eight 32-bit words. The constants are the fractions of the square and cube roots of the first primes, computed
// here instead of copied.

function primes(n) {
  const list = [];
  for (let c = 2; list.length < n; c++) {
    if (
      list.every(function (p) {
        return c % p;
      })
    )
      list.push(c);
  }
  return list;
}

function fraction(x) {
  return ((x - Math.floor(x)) * 4294967296) | 0;
}

const K = Int32Array.from(primes(64), function (p) {
  return fraction(Math.cbrt(p));
});
const START = Int32Array.from(primes(8), function (p) {
  return fraction(Math.sqrt(p));
});
const W = new Int32Array(64);

export function sha256(text) {
  const length = text.length;
  const blocks = ((length + 8) >> 6) + 1;
  const words = new Int32Array(blocks * 16);
  for (let i = 0; i < length; i++) words[i >> 2] |= text.charCodeAt(i) << (24 - (i & 3) * 8);
  words[length >> 2] |= 0x80 << (24 - (length & 3) * 8);
  words[blocks * 16 - 1] = length * 8;
  const h = Int32Array.from(START);
  for (let at = 0; at < words.length; at += 16) block(h, words, at);
  return h;
}

function block(h, words, at) {
  for (let i = 0; i < 16; i++) W[i] = words[at + i];
  for (let i = 16; i < 64; i++) {
    const x = W[i - 15];
    const y = W[i - 2];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    W[i] = (W[i - 16] + s0 + W[i - 7] + s1) | 0;
  }
  let a = h[0], b = h[1], c = h[2], d = h[3], e = h[4], f = h[5], g = h[6], k = h[7];
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (k + s1 + ((e & f) ^ (~e & g)) + K[i] + W[i]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    k = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  [a, b, c, d, e, f, g, k].forEach(function (v, i) {
    h[i] = (h[i] + v) | 0;
  });
}

export function leadingZeros(words) {
  let n = 0;
  for (let i = 0; i < words.length; i++) {
    const z = Math.clz32(words[i]);
    n += z;
    if (z < 32) break;
  }
  return n;
}
