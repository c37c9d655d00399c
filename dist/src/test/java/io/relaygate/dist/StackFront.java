package io.relaygate.dist;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes of the emulator what Azure Stack Hub is for those who reach it: one address for all services, which are told by names
 * {@code account.service.region.fqdn} alone; and, if it is strict, no version that is newer than Stack Hub. Signatures are left to the emulator.
 */
final class StackFront implements AutoCloseable {

    /** Where the account's services are, in front of their names. */
    static final String REGION = "oslo.stack.test";

    private static final String NEWEST = "2017-11-09";
    private static final Pattern HOST = Pattern.compile("[a-z0-9]{3,24}\\.(blob|queue|table)\\.[a-z]+\\.stack\\.test(:[0-9]+)?");
    private static final Pattern SAS_VERSION = Pattern.compile("[?&]sv=([0-9-]+)");

    private final ServerSocket listening;
    private final boolean strict;
    private final Azurite emulator;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private StackFront(Azurite emulator, boolean strict) throws IOException {
        this.emulator = emulator;
        this.strict = strict;
        this.listening = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        threads.execute(this::listen);
    }

    /** In front of this emulator; {@code strict} if it takes no newer version. */
    static StackFront of(Azurite emulator, boolean strict) {
        try {
            return new StackFront(emulator, strict);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return listening.getLocalPort();
    }

    private void listen() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                open.add(client);
                threads.execute(() -> serve(client));
            } catch (IOException e) {
                // It is closed.
            }
        }
    }

    /** One connection; the emulator's answers go back as they come. */
    private void serve(Socket client) {
        try (client; Backs backs = new Backs(client)) {
            client.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(client.getInputStream());
            for (String head = head(in); head != null; head = head(in)) {
                String refusal = refusal(head);
                if (refusal != null) {
                    client.getOutputStream().write(refusal.getBytes(ISO_8859_1));
                    return;
                }
                pass(head, in, backs.of(service(head)));
            }
        } catch (IOException e) {
            // It is over.
        } finally {
            open.remove(client);
        }
    }

    private static @Nullable String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        for (int next = in.read(); next >= 0; next = in.read()) {
            head.append((char) next);
            if (next == '\n' && head.toString().endsWith("\r\n\r\n")) {
                return head.toString();
            }
        }
        return null;
    }

    private static String field(String head, String name) {
        Matcher matcher = Pattern.compile("(?imd)^" + name + ": *(.*?)\r$").matcher(head);
        return matcher.find() ? matcher.group(1) : "";
    }

    private static String service(String head) {
        return field(head, "host").split("\\.", -1)[1];
    }

    private @Nullable String refusal(String head) {
        if (!HOST.matcher(field(head, "host")).matches()) {
            return error("InvalidUri", "Host", field(head, "host"));
        }
        String version = field(head, "x-ms-version");
        Matcher sas = SAS_VERSION.matcher(head.lines().findFirst().orElse(""));
        if (strict && version.compareTo(NEWEST) > 0) {
            return error("InvalidHeaderValue", "x-ms-version", version);
        }
        return strict && sas.find() && sas.group(1).compareTo(NEWEST) > 0 ? error("InvalidQueryParameterValue", "sv", sas.group(1)) : null;
    }

    private static String error(String code, String name, String value) {
        String body = "<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>" + code + "</Code><Message>It is not in the correct format.</Message>"
                + "<HeaderName>" + name + "</HeaderName><HeaderValue>" + value + "</HeaderValue></Error>";
        return "HTTP/1.1 400 " + code + "\r\nContent-Type: application/xml\r\nx-ms-error-code: " + code + "\r\nContent-Length: " + body.length()
                + "\r\nConnection: close\r\n\r\n" + body;
    }

    private static void pass(String head, InputStream in, OutputStream out) throws IOException {
        if (!field(head, "transfer-encoding").isEmpty()) {
            throw new IOException("a body in chunks, which the services do not take");
        }
        String length = field(head, "content-length");
        long left = length.isEmpty() ? 0 : Long.parseLong(length);
        if (head.contains("/$batch")) {
            String batch = forEmulator(new String(in.readNBytes((int) left), ISO_8859_1));
            out.write(head.replaceFirst("(?imd)^content-length: .*?\r$", "Content-Length: " + batch.length() + "\r").getBytes(ISO_8859_1));
            out.write(batch.getBytes(ISO_8859_1));
            return;
        }
        out.write(head.getBytes(ISO_8859_1));
        byte[] buffer = new byte[1 << 16];
        while (left > 0) {
            int n = in.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (n < 0) {
                throw new IOException("the body ends before its end");
            }
            out.write(buffer, 0, n);
            left -= n;
        }
    }

    /** It takes the addresses in a batch only if the account stands in their path; bodies are not signed. */
    private static String forEmulator(String batch) {
        return batch.replaceAll("(https?://[^/\\s]+)/(?!" + Azurite.ACCOUNT + "/)", "$1/" + Azurite.ACCOUNT + "/");
    }

    /** The connection to the emulator's service that a client's requests go to, one after the other. */
    private final class Backs implements AutoCloseable {
        private final Socket client;
        private @Nullable Socket back;
        private String service = "";

        Backs(Socket client) {
            this.client = client;
        }

        OutputStream of(String wanted) throws IOException {
            if (back == null || !wanted.equals(service)) {
                close();
                service = wanted;
                Socket made = new Socket(InetAddress.getLoopbackAddress(), emulator.port(wanted));
                made.setTcpNoDelay(true);
                back = made;
                threads.execute(() -> answer(made));
            }
            return Objects.requireNonNull(back).getOutputStream();
        }

        private void answer(Socket from) {
            try (from) {
                from.getInputStream().transferTo(client.getOutputStream());
                if (!from.isClosed()) {
                    client.close();
                }
            } catch (IOException e) {
                // It is over.
            }
        }

        @Override
        public void close() throws IOException {
            Socket before = back;
            back = null;
            if (before != null) {
                before.close();
            }
        }
    }

    @Override
    public void close() {
        try {
            listening.close();
            for (Socket each : open) {
                each.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.close();
    }
}
