'use strict';
// Sends COUNT requests at once, each with SIZE random bytes, or without a body if SIZE is empty, and says what came back.
const crypto = require('crypto');
const hycoHttps = require('hyco-https');

const { RELAY, HYBRID_CONNECTION, KEY_NAME, KEY, TOKEN_SECONDS, METHOD, TARGET, SIZE, CHUNKED, PAUSE, COUNT } = process.env;
const base = `https://${RELAY}/${HYBRID_CONNECTION}`;
const token = KEY_NAME ? hycoHttps.createRelayToken(base, KEY_NAME, KEY, Number(TOKEN_SECONDS)) : null;

function send() {
  return new Promise((resolve, reject) => {
    const body = SIZE ? crypto.randomBytes(Number(SIZE)) : null;
    const headers = token ? { ServiceBusAuthorization: token } : {};
    if (body && !CHUNKED) {
      headers['Content-Length'] = body.length;
    }
    const request = hycoHttps.request(base + TARGET, { method: METHOD, headers, agent: false }, response => {
      const parts = [];
      response.on('data', part => parts.push(part));
      response.on('error', reject);
      response.on('end', () => {
        const got = Buffer.concat(parts);
        const same = body && got.equals(body);
        resolve([
          response.statusCode, response.statusMessage.replace(/ TrackingId.*/, ''), response.headers.via || 'no via',
          response.headers['x-method'] || 'no method', got.length, same ? 'same' : got.subarray(0, 60).toString('latin1')
        ].join(' | '));
      });
    });
    request.on('error', reject);
    if (body && PAUSE) {
      // In thirds.
      const third = Math.ceil(body.length / 3);
      [0, 1, 2].forEach(i => setTimeout(() => request.write(body.subarray(i * third, (i + 1) * third)), i * Number(PAUSE)));
      setTimeout(() => request.end(), 3 * Number(PAUSE));
    } else if (body && CHUNKED) {
      for (let i = 0; i < body.length; i += 10000) {
        request.write(body.subarray(i, i + 10000));
      }
      request.end();
    } else {
      request.end(body || undefined);
    }
  });
}

Promise.all(Array.from({ length: Number(COUNT) }, send)).then(
  answers => {
    console.log([...new Set(answers)].join('\n'));
    console.log(`${answers.length} answers`);
  },
  error => {
    console.log(`failed ${error.message}`);
    process.exit(4);
  });
