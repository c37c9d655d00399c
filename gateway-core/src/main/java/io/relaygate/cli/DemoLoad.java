package io.relaygate.cli;

import io.relaygate.sdk.HostPort;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/** Keeps the demo's way busy as clients do: with short connections, with small round trips and with bulk data. */
final class DemoLoad {

    private static final int PATIENCE = 10_000;
    private static final int CALLERS = 3;
    private static final int PING = 64;
    private static final int PIECE = 64 * 1024;
    private static final byte[] REQUEST =
            "GET / HTTP/1.1\r\nHost: demo\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final HostPort web;
    private final HostPort echo;
    private final AtomicLong pages = new AtomicLong();
    private final AtomicLong pings = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private long end;

    /** Over the entry points of a demo. */
    DemoLoad(Demo demo) {
        this.web = demo.entryPoint("web");
        this.echo = demo.entryPoint("echo");
    }

    /** Runs for so long, and prints what was carried, or what failed; false if anything did. */
    boolean run(Duration time, PrintStream out) {
        end = System.nanoTime() + time.toNanos();
        List<Callable<Void>> clients = new ArrayList<>(List.of(this::ping, this::haul));
        for (int i = 0; i < CALLERS; i++) {
            clients.add(this::call);
        }
        out.println();
        try (ExecutorService threads = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().daemon().factory())) {
            for (Future<Void> client : threads.invokeAll(clients)) {
                client.get();
            }
            out.println(String.format(Locale.ROOT, "In %d s: %,d connections, %,d small round trips and %,.1f MB there and back.",
                    time.toSeconds(), pages.get(), pings.get(), bytes.get() / 1e6));
            return true;
        } catch (ExecutionException e) {
            out.println("The load FAILED: " + Objects.requireNonNullElse(e.getCause(), e).getMessage());
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private boolean goesOn() {
        return System.nanoTime() - end < 0;
    }

    private static Socket connect(HostPort to) throws IOException {
        Socket socket = new Socket(to.host(), to.port());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE);
        return socket;
    }

    private Void call() throws IOException {
        while (goesOn()) {
            try (Socket socket = connect(web)) {
                socket.getOutputStream().write(REQUEST);
                if (socket.getInputStream().readAllBytes().length == 0) {
                    throw new EOFException("no page came back");
                }
                pages.incrementAndGet();
            }
        }
        return null;
    }

    private Void ping() throws IOException {
        try (Socket socket = connect(echo)) {
            while (goesOn()) {
                echoed(socket, PING, PING);
                pings.incrementAndGet();
            }
        }
        return null;
    }

    /** A few pieces are under way at a time. */
    private Void haul() throws IOException {
        try (Socket socket = connect(echo)) {
            OutputStream out = socket.getOutputStream();
            byte[] piece = new byte[PIECE];
            for (int i = 0; i < CALLERS; i++) {
                out.write(piece);
            }
            while (goesOn()) {
                echoed(socket, PIECE, PIECE);
                bytes.addAndGet(PIECE);
            }
            echoed(socket, 0, CALLERS * PIECE);
        }
        return null;
    }

    private static void echoed(Socket socket, int send, int expect) throws IOException {
        socket.getOutputStream().write(new byte[send]);
        InputStream in = socket.getInputStream();
        if (in.readNBytes(expect).length < expect) {
            throw new EOFException("the echo has ended early");
        }
    }
}
