'use strict';
// A listener that echoes every message. A refusal ends it with 3. With the word "storm" it leaves it to the client what to do after
// a failure: it tries again, twice and without a pause.
const relayed = require('hyco-ws');

const { RELAY, HYBRID_CONNECTION, KEY_NAME, KEY, TOKEN_SECONDS } = process.env;
const storm = process.argv[2] === 'storm';
const uri = `wss://${RELAY}/$hc/${HYBRID_CONNECTION}?sb-hc-action=listen`;
const token = relayed.createRelayToken(uri, KEY_NAME, KEY, Number(TOKEN_SECONDS));

const server = relayed.createRelayedServer({ server: uri, token }, connection => {
  connection.on('message', (data, flags) => connection.send(data, { binary: flags.binary === true }));
  connection.on('close', (code, reason) => storm || console.log(`closed ${code} ${reason}`));
  connection.on('error', error => { if (!storm) throw error; });
});

function endUnlessStorming(code, text) {
  if (!storm) {
    console.log(text);
    process.exit(code);
  }
}

server.on('listening', () => console.log('listening'));
server.on('error', error => endUnlessStorming(5, `error ${error.message || error}`));
if (!storm) {
  server.controlChannel.on('unexpected-response', (request, response) =>
    endUnlessStorming(3, `refused ${response.statusCode} ${response.statusMessage}`));
  server.controlChannel.on('close', (code, reason) => endUnlessStorming(4, `control channel closed ${code} ${reason}`));
}
