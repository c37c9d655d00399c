'use strict';
// Every kind of call that gRPC has, in TLS if there is a key; says on which port it listens.
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');
const echo = grpc.loadPackageDefinition(loader.loadSync(__dirname + '/echo.proto')).echo;

const server = new grpc.Server();
server.addService(echo.Echo.service, {
  Say: (call, done) => done(null, { text: call.request.text.toUpperCase() }),
  Talk: (call) => {
    call.on('data', (message) => call.write({ text: '<' + message.text + '>' }));
    call.on('end', () => call.end());
    call.on('cancelled', () => console.log('cancelled'));
  },
  Count: (call) => {
    for (let i = 0; i < 1000; i++) call.write({ text: 'x'.repeat(1000) + i });
    call.end();
  },
  Gather: (call, done) => {
    let all = 0;
    call.on('data', (message) => { all += message.text.length; });
    call.on('end', () => done(null, { text: String(all) }));
  },
  Fail: (call, done) => done({ code: grpc.status.NOT_FOUND, details: 'nothing here' }),
});
const read = (name) => require('fs').readFileSync(process.env[name]);
const credentials = process.env.KEY
  ? grpc.ServerCredentials.createSsl(null, [{ cert_chain: read('CERTIFICATE'), private_key: read('KEY') }])
  : grpc.ServerCredentials.createInsecure();
server.bindAsync('127.0.0.1:0', credentials, (error, port) => {
  if (error) throw error;
  console.log('listening on ' + port);
});
