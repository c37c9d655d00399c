'use strict';
// A sender that checks the echo of messages of the given sizes, binary and text in turn.
const crypto = require('crypto');
const relayed = require('hyco-ws');

const { RELAY, HYBRID_CONNECTION, KEY_NAME, KEY, TOKEN_SECONDS, TOKEN, SIZES } = process.env;
const uri = `wss://${RELAY}/$hc/${HYBRID_CONNECTION}?sb-hc-action=connect`;
const token = TOKEN || (KEY_NAME ? relayed.createRelayToken(uri, KEY_NAME, KEY, Number(TOKEN_SECONDS)) : null);
const messages = SIZES.split(',').map((size, i) => {
  const bytes = crypto.randomBytes(Math.ceil(Number(size) / 2));
  return i % 2 === 0 ? Buffer.concat([bytes, bytes]).subarray(0, Number(size)) : bytes.toString('hex').substring(0, Number(size));
});
const sent = Buffer.concat(messages.map(m => Buffer.from(m)));

function end(code, text) {
  console.log(text);
  process.exit(code);
}

let back = Buffer.alloc(0);
const client = relayed.relayedConnect(uri, token, () => messages.forEach(m => client.send(m)));
client.on('message', data => {
  back = Buffer.concat([back, Buffer.from(data)]);
  if (back.length >= sent.length) {
    client.close(1000);
  }
});
client.on('unexpected-response', (request, response) => end(3, `refused ${response.statusCode} ${response.statusMessage}`));
client.on('close', (code, reason) => {
  const same = back.equals(sent);
  end(same ? 0 : 4, `${same ? 'echoed' : 'broken after'} ${back.length} of ${sent.length}, closed ${code} ${reason}`);
});
client.on('error', error => end(5, `error ${error.message || error}`));
