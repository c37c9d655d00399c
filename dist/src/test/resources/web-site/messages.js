// Sends messages of these sizes over a WebSocket and checks their echoes; prints "echoed BYTES" and how it was closed.
module.exports = (socket, sizes) => {
  let sent = null;
  let bytes = 0;
  const next = () => {
    if (sizes.length === 0) return socket.close(4000, 'enough');
    sent = Buffer.alloc(Number(sizes.shift()), 'x' + sizes.length);
    socket.send(sent);
  };
  socket.on('message', (data) => {
    if (!data.equals(sent)) throw new Error('another echo than what was sent');
    bytes += data.length;
    next();
  });
  socket.on('close', (code, reason) => console.log(`echoed ${bytes}, closed ${code} ${reason}`));
  return next;
};
