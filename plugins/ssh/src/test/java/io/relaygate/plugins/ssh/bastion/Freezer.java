package io.relaygate.plugins.ssh.bastion;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;

/** A network between a client and a server that can fall silent: then bytes go neither way, and no connection ends. */
final class Freezer implements AutoCloseable {

    private final Target front;
    private final CountDownLatch thawed = new CountDownLatch(1);
    private volatile boolean frozen;

    Freezer(int port) throws IOException {
        front = new Target(client -> {
            try (Socket server = new Socket(InetAddress.getLoopbackAddress(), port)) {
                Thread.ofVirtual().start(() -> {
                    try {
                        pump(server.getInputStream(), client.getOutputStream());
                    } catch (IOException e) {
                        // Over.
                    }
                });
                pump(client.getInputStream(), server.getOutputStream());
            }
        });
    }

    private void pump(InputStream in, OutputStream out) throws IOException {
        byte[] buffer = new byte[16 * 1024];
        for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
            if (frozen) {
                try {
                    thawed.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                return;
            }
            out.write(buffer, 0, n);
        }
    }

    int port() {
        return front.address().port();
    }

    void freeze() {
        frozen = true;
    }

    @Override
    public void close() throws IOException {
        thawed.countDown();
        front.close();
    }
}
