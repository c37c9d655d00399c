package io.relaygate.dist;

import io.relaygate.dist.AccessTable.Row;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** The client of one row of the table: connects as the row says, and wants a word to come back. */
final class AccessClient implements AutoCloseable {

    private static final int MANY_BYTES = 100_000;

    private final AccessWorld world;
    private final Row row;
    private final Socket plain;
    private final String source;
    private Socket socket;

    private AccessClient(AccessWorld world, Row row, Socket plain) {
        this.world = world;
        this.row = row;
        this.plain = plain;
        this.socket = plain;
        this.source = (row.as() == null ? row.from() : row.as()) + ":" + plain.getLocalPort();
    }

    /** Connects, and says nothing yet. */
    static AccessClient connect(AccessWorld world, Row row) throws IOException {
        return new AccessClient(world, row, TestClient.from(row.from(), world.port(row.entryPoint())));
    }

    /** Its address and port as the gateway knows them. */
    String source() {
        return source;
    }

    /** Whether the word has come back. */
    boolean isServed() {
        try {
            begin();
            return loggedIn() && (dials() ? answer("dial " + row.place().get("to")).equals("dialled word") : echoes("word".getBytes(StandardCharsets.US_ASCII)));
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether it is not answered within a moment. */
    boolean isKeptWaiting() throws IOException {
        plain.setSoTimeout(200);
        try {
            plain.getOutputStream().write("word".getBytes(StandardCharsets.US_ASCII));
            return plain.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return true;
        } finally {
            plain.setSoTimeout(30_000);
        }
    }

    /** What has been sent while it was waiting comes back. */
    boolean isServedAtLast() throws IOException {
        return new String(plain.getInputStream().readNBytes(4), StandardCharsets.US_ASCII).equals("word");
    }

    /** How long many bytes need there and back. */
    Duration manyBytes() throws IOException {
        begin();
        if (dials()) {
            line("forward " + row.place().get("to"));
        }
        long began = System.nanoTime();
        if (!echoes(new byte[MANY_BYTES])) {
            throw new AssertionError("the bytes did not come back");
        }
        return Duration.ofNanos(System.nanoTime() - began);
    }

    private void begin() throws IOException {
        if (row.as() != null) {
            write("PROXY TCP4 " + row.as() + " 192.0.2.1 " + plain.getLocalPort() + " 443\r\n");
        }
        if (row.who().equals("TLS 1.1")) {
            hello();
        } else if (row.who().startsWith("starts TLS")) {
            line("starttls");
            secure(row.who().substring("starts TLS".length()).strip());
        } else if (row.who().startsWith("TLS")) {
            secure(row.who().substring("TLS".length()).strip());
        }
        if (row.place().containsKey("asks")) {
            line(world.filled(row.place().get("asks")));
        }
    }

    private void secure(String how) throws IOException {
        boolean old = how.equals("1.2");
        SSLSocket tls = (SSLSocket) world.tls(old ? "" : how).getSocketFactory().createSocket(plain, row.server(), plain.getPort(), true);
        SSLParameters parameters = tls.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        if (old) {
            parameters.setProtocols(new String[] {"TLSv1.2"});
        }
        tls.setSSLParameters(parameters);
        socket = tls;
        tls.startHandshake();
    }

    /** A ClientHello of TLS 1.1 (RFC 4346 section 7.4.1.2) with two cipher suites of its time, which Java's TLS would not say. */
    private void hello() throws IOException {
        String random = "00".repeat(32);
        String hello = "0302" + random + "00" + "0004" + "c009" + "002f" + "0100";
        String handshake = "01" + "%06x".formatted(hello.length() / 2) + hello;
        plain.getOutputStream().write(HexFormat.of().parseHex("160302" + "%04x".formatted(handshake.length() / 2) + handshake));
        if (plain.getInputStream().readNBytes(6)[0] != 0x15) {
            throw new AssertionError("no alert came back");
        }
        throw new IOException("an alert");
    }

    private boolean dials() {
        return row.place().containsKey("to");
    }

    /** Shows its credentials one after the other. */
    private boolean loggedIn() throws IOException {
        if (row.who().startsWith("somebody") || row.who().startsWith("TLS")) {
            return !row.who().endsWith("silent") || socket.getInputStream().read() >= 0;
        }
        if (row.who().startsWith("starts TLS")) {
            String said = answer("card");
            return said.startsWith("accepted ") || (said.startsWith("next ") && triesNevertheless());
        }
        String last = "";
        for (String each : List.of(row.who().split(", ", -1))) {
            last = answer(world.shown(each));
        }
        if (last.startsWith("next")) {
            return triesNevertheless();
        }
        return last.startsWith("accepted ");
    }

    /** It has shown too little. */
    private boolean triesNevertheless() throws IOException {
        return answer("dial " + row.place().get("to")).equals("dialled word");
    }

    private boolean echoes(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return Arrays.equals(socket.getInputStream().readNBytes(bytes.length), bytes);
    }

    private void line(String text) throws IOException {
        write(text + "\n");
    }

    private void write(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    private String answer(String text) throws IOException {
        line(text);
        InputStream in = socket.getInputStream();
        StringBuilder answer = new StringBuilder();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            answer.append((char) next);
        }
        return answer.toString();
    }

    @Override
    public void close() {
        try (plain) {
            socket.close();
        } catch (IOException e) {
            // The gateway was first.
        }
    }
}
