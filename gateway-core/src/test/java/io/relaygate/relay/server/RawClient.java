package io.relaygate.relay.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.net.FrameReader;
import io.relaygate.net.FrameWriter;
import io.relaygate.net.HttpHead;
import io.relaygate.net.HttpHead.Field;
import io.relaygate.net.Link;
import io.relaygate.net.SocketLink;
import io.relaygate.net.TlsLink;
import io.relaygate.net.WebSocketHandshake;
import io.relaygate.relay.ControlMessage;
import io.relaygate.relay.SasToken;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** One connection to a relay, frame by frame. */
final class RawClient implements AutoCloseable {

    final Link link;
    final HttpHead answer;
    private final FrameReader reader;
    private final FrameWriter writer;

    private RawClient(Link link, HttpHead answer) {
        this.link = link;
        this.answer = answer;
        this.reader = new FrameReader(link, false);
        this.writer = new FrameWriter(link, true);
    }

    /** A frame. */
    @SuppressWarnings("ArrayRecordComponent")
    record Frame(int opcode, boolean last, byte[] payload) {
        String text() {
            return new String(payload, UTF_8);
        }
    }

    static SSLContext trust(RelayFixture relay) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            byte[] pem = Files.readAllBytes(DevelopmentCertificate.caFile(relay.stateDir));
            store.setCertificateEntry(
                    "ca",
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem)));
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError(e);
        }
    }

    static SocketLink socket(RelayFixture relay) throws IOException {
        int port = relay.relay.address().port();
        SocketLink socket = SocketLink.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), RelayFixture.soon());
        relay.closing(socket::abort);
        return socket;
    }

    static TlsLink tls(RelayFixture relay) throws IOException {
        TlsLink link = TlsLink.client(
                socket(relay), trust(relay), "localhost", relay.relay.address().port(), RelayFixture.soon());
        link.deadline(RelayFixture.soon());
        relay.closing(link::abort);
        return link;
    }

    /** Asks for a WebSocket. */
    static RawClient ask(RelayFixture relay, String target, Field... fields) throws IOException {
        TlsLink link = tls(relay);
        HttpHead answer = WebSocketHandshake.ask(
                link, "localhost:" + relay.relay.address().port(), target, List.of(fields));
        RawClient client = new RawClient(link, answer);
        relay.closing(client);
        return client;
    }

    static Field token(RelayFixture relay, String path, String keyName, String key) {
        return token(path, keyName, key, relay.clock.instant().plusSeconds(3600));
    }

    static Field token(String path, String keyName, String key, Instant ends) {
        return new Field(
                "ServiceBusAuthorization",
                SasToken.mint("http://localhost/" + path, keyName, key.toCharArray(), ends).text());
    }

    /** A listener with the root key. */
    static RawClient listener(RelayFixture relay, String path) throws IOException {
        RawClient client = ask(
                relay, "/$hc/" + path + "?sb-hc-action=listen", token(relay, path, "root", RelayFixture.ROOT_KEY));
        assertThat(client.answer.status()).isEqualTo(101);
        return client;
    }

    /** A sender with the root key. */
    static RawClient sender(RelayFixture relay, String path, String more, Field... fields) throws IOException {
        List<Field> all = new ArrayList<>(List.of(fields));
        all.add(token(relay, path.split("\\?", 2)[0], "root", RelayFixture.ROOT_KEY));
        return ask(
                relay, "/$hc/" + path + "?" + more + "sb-hc-action=connect", all.toArray(Field[]::new));
    }

    /** Opens a rendezvous address. */
    static RawClient rendezvous(RelayFixture relay, String address, Field... fields) throws IOException {
        URI uri = URI.create(address);
        return ask(relay, uri.getRawPath() + "?" + uri.getRawQuery(), fields);
    }

    /** The next frame that is no sign of life. */
    Frame next() throws IOException {
        while (true) {
            Frame frame = any();
            if (frame.opcode != FrameReader.PONG && frame.opcode != FrameReader.PING) {
                return frame;
            }
        }
    }

    /** The next frame. */
    Frame any() throws IOException {
        int opcode = reader.next(Link.FOREVER);
        byte[] payload = new byte[(int) reader.remaining()];
        int done = 0;
        while (done < payload.length) {
            done += reader.payload(payload, done, payload.length - done, Link.FOREVER);
        }
        return new Frame(opcode, reader.last(), payload);
    }

    /** The next offer of a sender. */
    ControlMessage.Accept offer() throws IOException {
        return (ControlMessage.Accept) ControlMessage.parse(next().text());
    }

    void send(int opcode, boolean last, byte[] payload) throws IOException {
        writer.write(opcode, last, payload, 0, payload.length);
    }

    void sendText(String text) throws IOException {
        send(FrameReader.TEXT, true, text.getBytes(UTF_8));
    }

    void sendClose(int code, String reason) throws IOException {
        byte[] words = reason.getBytes(UTF_8);
        byte[] payload = new byte[2 + words.length];
        payload[0] = (byte) (code >> 8);
        payload[1] = (byte) code;
        System.arraycopy(words, 0, payload, 2, words.length);
        send(FrameReader.CLOSE, true, payload);
    }

    static int closeCode(Frame frame) {
        assertThat(frame.opcode).isEqualTo(FrameReader.CLOSE);
        return ((frame.payload[0] & 0xff) << 8) | (frame.payload[1] & 0xff);
    }

    @Override
    public void close() {
        link.abort();
        reader.release();
    }
}
