'use strict';
// A listener that echoes every message. A refusal ends it with 3, since the client would try again without a pause.
const relayed = require('hyco-ws');

const { RELAY, HYBRID_CONNECTION, KEY_NAME, KEY, TOKEN_SECONDS } = process.env;
const uri = `wss://${RELAY}/$hc/${HYBRID_CONNECTION}?sb-hc-action=listen`;
const token = relayed.createRelayToken(uri, KEY_NAME, KEY, Number(TOKEN_SECONDS));

const server = relayed.createRelayedServer({ server: uri, token }, connection => {
  connection.on('message', (data, flags) => connection.send(data, { binary: flags.binary === true }));
  connection.on('close', (code, reason) => console.log(`closed ${code} ${reason}`));
});
server.controlChannel.on('unexpected-response', (request, response) => {
  console.log(`refused ${response.statusCode} ${response.statusMessage}`);
  process.exit(3);
});
server.controlChannel.on('close', (code, reason) => {
  console.log(`control channel closed ${code} ${reason}`);
  process.exit(4);
});
server.on('listening', () => console.log('listening'));
server.on('error', error => {
  console.log(`error ${error.message || error}`);
  process.exit(5);
});
