'use strict';
// A web server behind a relay. A refusal ends it with 3, since the client would try again for ever.
const hycoHttps = require('hyco-https');

const { RELAY, HYBRID_CONNECTION, KEY_NAME, KEY, TOKEN_SECONDS } = process.env;
const uri = `wss://${RELAY}/$hc/${HYBRID_CONNECTION}?sb-hc-action=listen`;
const token = () => hycoHttps.createRelayToken(uri, KEY_NAME, KEY, Number(TOKEN_SECONDS));

function serve(request, response) {
  const [, , what, number] = request.url.split(/[/?]/);
  const parts = [];
  request.on('data', part => parts.push(part));
  request.on('end', () => {
    response.setHeader('X-Method', request.method);
    response.setHeader('X-Seen', JSON.stringify(request.headers));
    switch (what) {
      case 'echo':
        // An empty buffer would never be sent.
        response.end(parts.length ? Buffer.concat(parts) : undefined);
        break;
      case 'big':
        response.end(Buffer.alloc(Number(number), 'x'));
        break;
      case 'status':
        response.statusCode = Number(number);
        response.statusMessage = 'As you like';
        response.end();
        break;
      case 'slow': {
        let left = 3;
        const timer = setInterval(() => {
          response.write(`piece ${left} `);
          if (--left === 0) {
            clearInterval(timer);
            response.end('end');
          }
        }, 150);
        break;
      }
      case 'vanish':
        process.exit(0);
    }
  });
}

const server = hycoHttps.createRelayedServer({ server: uri, token }, serve);
server.on('listening', () => console.log('listening'));
server.on('error', error => {
  console.log(`error ${error.message}`);
  process.exit(3);
});
server.listen();
