// node client.js PORT JSON: asks once with these options of tedious, and says what came of it: the first value, or "error CODE MESSAGE".
'use strict';
const fs = require('fs');
const { Connection, Request } = require('tedious');

const wanted = JSON.parse(process.argv[3]);
const connection = new Connection({
  server: '127.0.0.1',
  authentication: wanted.token
    ? { type: 'azure-active-directory-access-token', options: { token: wanted.token } }
    : { type: 'default', options: { userName: wanted.user, password: wanted.password } },
  options: {
    port: Number(process.argv[2]),
    database: wanted.database,
    encrypt: wanted.encrypt,
    serverName: wanted.serverName,
    cryptoCredentialsDetails: {
      ca: fs.readFileSync(wanted.ca),
      ...(wanted.pem && { key: fs.readFileSync(wanted.pem), cert: fs.readFileSync(wanted.pem) }),
    },
    connectTimeout: 20000,
    maxRetriesOnTransientErrors: 0,
  },
});

function fail(error) {
  const cause = error.cause || error;
  console.log(`error ${error.code} ${error.message} ${cause.message}`);
  connection.close();
}

connection.on('connect', (error) => {
  if (error) {
    fail(error);
    return;
  }
  let value = 'nothing';
  const request = new Request(wanted.sql, (failed) => {
    if (failed) {
      fail(failed);
    } else {
      console.log(value);
      connection.close();
    }
  });
  request.on('row', (columns) => {
    value = String(columns[0].value);
  });
  connection.execSql(request);
});
connection.connect();
