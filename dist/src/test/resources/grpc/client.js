'use strict';
// Makes calls of every kind, and says what came of them.
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');
const echo = grpc.loadPackageDefinition(loader.loadSync(__dirname + '/echo.proto')).echo;

const client = new echo.Echo(process.argv[2], grpc.credentials.createInsecure());
const say = (text) => new Promise((done, fail) => client.Say({ text }, (e, m) => (e ? fail(e) : done(m.text))));

async function all() {
  console.log('unary', await say('hello'));
  const many = await Promise.all([...Array(200).keys()].map((i) => say('n' + i)));
  console.log('at once', many.length, many[199]);
  await new Promise((done, fail) => {
    const talk = client.Talk();
    let n = 0;
    talk.on('data', (message) => {
      console.log('talk', message.text);
      if (++n < 3) talk.write({ text: String(n) });
      else talk.end();
    });
    talk.on('end', done);
    talk.on('error', fail);
    talk.write({ text: '0' });
  });
  await new Promise((done, fail) => {
    let messages = 0;
    let bytes = 0;
    const count = client.Count({ text: '' });
    count.on('data', (message) => { messages++; bytes += message.text.length; });
    count.on('end', () => { console.log('count', messages, bytes); done(); });
    count.on('error', fail);
  });
  await new Promise((done, fail) => {
    const gather = client.Gather((e, m) => (e ? fail(e) : (console.log('gather', m.text), done())));
    for (let i = 0; i < 5000; i++) gather.write({ text: 'y'.repeat(500) });
    gather.end();
  });
  await new Promise((done) => client.Fail({ text: '' }, (e) => { console.log('fail', e.code, e.details); done(); }));
  await new Promise((done) => {
    const talk = client.Talk();
    talk.on('error', (e) => { console.log('cancelled', e.code); done(); });
    talk.on('data', () => talk.cancel());
    talk.write({ text: 'z' });
  });
  console.log('unary', await say('again'));
  client.close();
}

all().catch((e) => { console.error(e); process.exit(1); });
