// A WebSocket on a stream of HTTP/2 (RFC 8441).
const http2 = require('http2');
const WebSocket = require('ws');
const messages = require('./messages.js');

const [, , address, ...sizes] = process.argv;
const session = http2.connect(address);
session.on('remoteSettings', (settings) => {
  if (!settings.enableConnectProtocol) throw new Error('no tunnels are taken');
  const stream = session.request({ ':method': 'CONNECT', ':protocol': 'websocket', ':path': '/echo', 'sec-websocket-version': '13' });
  stream.on('response', (headers) => {
    if (headers[':status'] !== 200) throw new Error('answered with ' + headers[':status']);
    // The package makes its handshake in HTTP/1.1 alone; what comes after it is the same.
    const socket = new WebSocket(null, undefined, {});
    socket._isServer = false;
    const begin = messages(socket, sizes);
    socket.on('close', () => session.close());
    socket.setSocket(stream, Buffer.alloc(0), { maxPayload: 1 << 24, skipUTF8Validation: false });
    begin();
  });
});
