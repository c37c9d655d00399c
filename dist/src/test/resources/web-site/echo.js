// A WebSocket of HTTP/1.1.
const WebSocket = require('ws');
const messages = require('./messages.js');

const [, , address, ...sizes] = process.argv;
const socket = new WebSocket(address, { headers: { Host: process.env.HOST_NAME } });
socket.on('open', messages(socket, sizes));
