// A site with what real ones have: downloads with ranges, uploads, redirects and cookies, server-sent events, WebSockets and git.
const crypto = require('crypto');
const http = require('http');
const { spawn } = require('child_process');
const { WebSocketServer } = require('ws');

let go = () => {};

function pattern(from, to) {
  const bytes = Buffer.alloc(to - from);
  for (let i = 0; i < bytes.length; i++) bytes[i] = (from + i) % 251;
  return bytes;
}

function give(request, response, size) {
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range || '');
  let at = range ? Number(range[1]) : 0;
  const end = range && range[2] ? Math.min(Number(range[2]) + 1, size) : size;
  const head = { 'Content-Length': end - at, 'Accept-Ranges': 'bytes', 'ETag': '"' + size + '"' };
  if (range) head['Content-Range'] = `bytes ${at}-${end - 1}/${size}`;
  response.writeHead(range ? 206 : 200, head);
  if (request.method === 'HEAD') return response.end();
  const more = () => {
    while (at < end) {
      const to = Math.min(at + 65536, end);
      const flows = response.write(pattern(at, to));
      at = to;
      if (!flows) return response.once('drain', more);
    }
    response.end();
  };
  more();
}

function take(request, response) {
  const digest = crypto.createHash('sha256');
  let bytes = 0;
  request.on('data', (piece) => { digest.update(piece); bytes += piece.length; });
  request.on('end', () => response.end(bytes + ' ' + digest.digest('hex') + ' ' + (request.headers['content-length'] || 'chunked') + '\n'));
}

function events(response) {
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  response.write('data: first\n\n');
  go = () => response.end('data: second\n\n');
}

function git(request, response, url) {
  const environment = {
    ...process.env, GIT_PROJECT_ROOT: process.env.REPOSITORIES, GIT_HTTP_EXPORT_ALL: '1', REMOTE_USER: 'test',
    REQUEST_METHOD: request.method, PATH_INFO: url.pathname.substring(4), QUERY_STRING: url.search.substring(1),
    CONTENT_TYPE: request.headers['content-type'] || '', HTTP_CONTENT_ENCODING: request.headers['content-encoding'] || '',
    HTTP_GIT_PROTOCOL: request.headers['git-protocol'] || '',
  };
  if (request.headers['content-length']) environment.CONTENT_LENGTH = request.headers['content-length'];
  const backend = spawn('git', ['http-backend'], { env: environment, stdio: ['pipe', 'pipe', 'inherit'] });
  request.pipe(backend.stdin);
  backend.stdin.on('error', () => {});
  let head = Buffer.alloc(0);
  backend.stdout.on('data', function first(piece) {
    head = Buffer.concat([head, piece]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    backend.stdout.removeListener('data', first);
    for (const line of head.subarray(0, end).toString('latin1').split('\r\n')) {
      const [, name, value] = /^([^:]+): *(.*)$/.exec(line);
      if (name === 'Status') response.statusCode = parseInt(value, 10);
      else response.setHeader(name, value);
    }
    response.write(head.subarray(end + 4));
    backend.stdout.pipe(response);
  });
}

const server = http.createServer({ maxHeaderSize: 65536 }, (request, response) => {
  const url = new URL(request.url, 'http://site');
  const [, place, rest] = url.pathname.split('/');
  if (place === 'size') give(request, response, Number(rest));
  else if (place === 'upload') take(request, response);
  else if (place === 'events') events(response);
  else if (place === 'go') { go(); response.end('gone\n'); }
  else if (place === 'git') git(request, response, url);
  else if (place === 'redirect') {
    response.writeHead(302, {
      Location: `http://${request.headers.host}/there?x=1`, 'Set-Cookie': ['a=b; Path=/; Domain=inner.example', 'c=d; HttpOnly'],
    });
    response.end();
  } else {
    response.setHeader('Content-Type', 'application/json');
    // h2spec wants its errors heard, and no answer before its request is whole.
    request.resume().on('end', () => response.end(JSON.stringify({ url: request.url, headers: request.headers })));
  }
});

const sockets = new WebSocketServer({ server, path: '/echo', maxPayload: 1 << 24 });
sockets.on('connection', (socket) => socket.on('message', (data, binary) => socket.send(data, { binary })));

server.listen(Number(process.env.PORT || 0), '127.0.0.1', () => console.log('listening on ' + server.address().port));
