'use strict';
// A listener that echoes, and leaves it to the client what to do after a failure: it tries again, twice and without a pause.
const relayed = require('hyco-ws');

const { RELAY, HYBRID_CONNECTION, KEY_NAME, KEY, TOKEN_SECONDS } = process.env;
const uri = `wss://${RELAY}/$hc/${HYBRID_CONNECTION}?sb-hc-action=listen`;
const token = relayed.createRelayToken(uri, KEY_NAME, KEY, Number(TOKEN_SECONDS));

const server = relayed.createRelayedServer({ server: uri, token }, connection => {
  connection.on('message', (data, flags) => connection.send(data, { binary: flags.binary === true }));
  connection.on('error', () => {});
});
server.on('listening', () => console.log('listening'));
server.on('error', () => {});
