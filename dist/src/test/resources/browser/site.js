// A shop that knows itself as http://intranet.local/app only: redirects, cookies and links of that name, and a WebSocket.
const http = require('http');
const { WebSocketServer } = require('ws');

const OWN = 'http://intranet.local/app';

function page(title, body) {
  return `<!doctype html><html><head><title>${title}</title><link rel="icon" href="data:,"></head><body>${body}</body></html>`;
}

const home = page('home', `
  <a id="relative" href="basket">basket</a>
  <form method="post" action="order"><button id="order">order</button></form>`);

const basket = page('basket', `<p id="said"></p><p id="price"></p><a id="up" href="./">up</a>
  <script>
    fetch('price').then((r) => r.json()).then((p) => { document.getElementById('price').textContent = p.cents; });
    const socket = new WebSocket('wss://' + location.host + location.pathname.replace('basket', 'socket'));
    socket.onopen = () => socket.send('hello');
    socket.onmessage = (message) => { document.getElementById('said').textContent = message.data; };
  </script>`);

const server = http.createServer((request, response) => {
  const html = (text, head) => response.writeHead(200, { 'Content-Type': 'text/html', ...head }).end(text);
  const cookies = request.headers.cookie || '';
  if (request.headers.host !== 'intranet.local') return response.writeHead(421).end('not my name: ' + request.headers.host);
  switch (request.method + ' ' + request.url) {
    case 'GET /app/':
      return response.writeHead(302, { Location: OWN + '/home', 'Set-Cookie': ['visit=7; Domain=intranet.local; Path=/app', 'seen=1; Path=/app; HttpOnly'] }).end();
    case 'GET /app/home': return html(home);
    case 'GET /app/basket': return html(basket);
    case 'GET /app/price':
      return response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ cents: cookies.includes('visit=7') ? 995 : 0 }));
    case 'POST /app/order':
      return response.writeHead(303, { Location: OWN + '/thanks', 'Set-Cookie': 'visit=8; Domain=intranet.local; Path=/app' }).end();
    case 'GET /app/thanks': return html(page('thanks', 'wait'), { Refresh: `0; url=${OWN}/last` });
    case 'GET /app/last': return html(page('last', `<p id="cookies">${cookies.split('; ').sort().join('; ')}</p>`));
    default: return response.writeHead(404).end('no ' + request.url);
  }
});

const sockets = new WebSocketServer({ server, path: '/app/socket' });
sockets.on('connection', (socket, request) =>
  socket.on('message', (data) => socket.send(data + ' to ' + (request.headers.cookie.includes('seen=1') ? 'a visitor' : 'nobody'))));

server.listen(0, '127.0.0.1', () => console.log('listening on ' + server.address().port));
