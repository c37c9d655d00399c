'use strict';
// Either end of azbridge, for TCP, as its preamble is described: 01 00 MM LL and a name, in two messages; 01 00 MM back.
// listen NAME=PORT...: takes senders. connect NAME: prints a port whose clients go to that name.
const net = require('net');
const relayed = require('hyco-ws');

const { RELAY, HYBRID_CONNECTION, KEY_NAME, KEY, TOKEN_SECONDS } = process.env;
const [mode, ...names] = process.argv.slice(2);
const uri = `wss://${RELAY}/$hc/${HYBRID_CONNECTION}?sb-hc-action=${mode}`;
const token = relayed.createRelayToken(uri, KEY_NAME, KEY, Number(TOKEN_SECONDS));

// Collects bytes, whatever messages they come in, until `wanted` says how many belong together; then goes over to a socket.
function collect(socket, wanted, done) {
  let bytes = Buffer.alloc(0);
  let target = null;
  socket.on('message', data => {
    if (target) {
      target.write(data);
      return;
    }
    bytes = Buffer.concat([bytes, Buffer.from(data)]);
    const length = wanted(bytes);
    if (length !== null && bytes.length >= length) {
      target = done(bytes.subarray(0, length));
      if (target && bytes.length > length) {
        target.write(bytes.subarray(length));
      }
    }
  });
  socket.on('close', () => target && target.end());
}

function pump(tcp, socket) {
  tcp.on('data', data => socket.send(data, { binary: true }));
  tcp.on('end', () => socket.close(1000));
  tcp.on('error', () => socket.terminate());
}

if (mode === 'listen') {
  const ports = new Map(names.map(each => each.split('=')));
  const server = relayed.createRelayedServer({ server: uri, token }, socket => {
    collect(socket, bytes => (bytes.length < 4 ? null : 4 + bytes[3]), asked => {
      const port = ports.get(asked.subarray(4).toString());
      if (asked[0] !== 1 || asked[1] !== 0 || asked[2] !== 0 || port === undefined) {
        socket.close(1000);
        return null;
      }
      socket.send(Buffer.from([1, 0, 0]), { binary: true });
      const tcp = net.connect({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true });
      pump(tcp, socket);
      return tcp;
    });
  });
  server.on('listening', () => console.log('listening'));
} else {
  const server = net.createServer({ allowHalfOpen: true }, tcp => {
    tcp.pause();
    const socket = relayed.relayedConnect(uri, token, () => {
      socket.send(Buffer.from([1, 0, 0, names[0].length]), { binary: true });
      socket.send(Buffer.from(names[0]), { binary: true });
    });
    collect(socket, () => 3, answer => {
      if (!answer.equals(Buffer.from([1, 0, 0]))) {
        console.log(`refused ${answer.toString('hex')}`);
        socket.close(1000);
        return null;
      }
      pump(tcp, socket);
      tcp.resume();
      return tcp;
    });
    socket.on('close', () => tcp.end());
    socket.on('error', () => tcp.destroy());
  });
  server.listen(0, '127.0.0.1', () => console.log(`port ${server.address().port}`));
}
