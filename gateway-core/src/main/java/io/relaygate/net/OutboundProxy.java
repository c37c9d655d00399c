package io.relaygate.net;

import io.relaygate.sdk.HostPort;
import io.relaygate.sdk.Secret;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP proxy through which hosts are reached by its method CONNECT (RFC 9110 section 9.3.6). It is told names, and looks them up
 * itself. Any thread.
 *
 * @param url where it is
 * @param login what it is shown, by HTTP Basic (RFC 7617); null for nothing
 * @param caFile the authorities to trust for TLS with it beside the system's, or null
 * @param setting what says that it is used
 */
record OutboundProxy(ProxyUrl url, @Nullable Login login, @Nullable Path caFile, Setting setting) {

    private static final byte[] END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /**
     * A name and a password, which is read anew for every connection.
     *
     * @param name has no colon
     */
    record Login(String name, Secret password) {}

    /** What says that there is a proxy. */
    enum Setting {
        CONFIGURATION("`outboundProxy.url`", "give `outboundProxy.username` and `outboundProxy.password`", "`outboundProxy.noProxy`"),
        ENVIRONMENT("HTTPS_PROXY", "write it into HTTPS_PROXY, as http://USER:PASSWORD@HOST:PORT, or use `outboundProxy:`", "NO_PROXY");

        final String url;
        private final String giveLogin;
        private final String exceptions;

        Setting(String url, String giveLogin, String exceptions) {
            this.url = url;
            this.giveLogin = giveLogin;
            this.exceptions = exceptions;
        }
    }

    /**
     * Has the proxy connect to a host.
     *
     * @return carries the bytes of the host from its first one on
     * @throws ProxyException if there is no such connection by the deadline
     */
    Link connect(HostPort target, Instant deadline) throws ProxyException {
        try {
            return Names.shared().connect(url.host(), deadline, _ -> {}, (socket, _, share) -> ask(secured(socket, share), target, share));
        } catch (ProxyException e) {
            throw e;
        } catch (UnknownHostException | SSLException e) {
            throw new ProxyException(this + ": " + TlsFailure.inWords(e) + "; see " + setting.url
                    + (e instanceof SSLException ? ", and whether `outboundProxy.caFile` names its authority" : ""), e);
        } catch (IOException e) {
            throw new ProxyException(this + ": " + e.getMessage() + "; see whether it runs there, and " + setting.url, e);
        }
    }

    private Link secured(SocketLink socket, Instant deadline) throws IOException {
        try {
            return url.secured()
                    ? TlsLink.client(socket, Authorities.read(null, caFile).context(), url.host().host(), url.host().port(), deadline)
                    : socket;
        } catch (IOException e) {
            socket.abort();
            throw e;
        }
    }

    private Link ask(Link link, HostPort target, Instant deadline) throws IOException {
        boolean granted = false;
        try {
            link.deadline(deadline);
            byte[] request = request(target);
            try {
                link.out().write(request);
            } finally {
                Arrays.fill(request, (byte) 0);
            }
            ProxyAnswer answer = ProxyAnswer.read(link.in());
            if (!answer.granted()) {
                throw new ProxyException(this + " " + refusal(answer, target));
            }
            link.deadline(null);
            granted = true;
            return link;
        } catch (ProxyException e) {
            throw e;
        } catch (SocketTimeoutException e) {
            throw new ProxyException(this + " does not say in time whether it connects to " + target + "; see whether the proxy is well, and reaches it", e);
        } catch (IOException e) {
            throw new ProxyException(this + " " + e.getMessage() + " when it is to connect to " + target + "; see whether an HTTP proxy is there, and its log", e);
        } finally {
            if (!granted) {
                link.abort();
            }
        }
    }

    private byte[] request(HostPort target) throws IOException {
        byte[] head = ("CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\nUser-Agent: relaygate").getBytes(StandardCharsets.US_ASCII);
        if (login == null) {
            return joined(head, END);
        }
        byte[] password;
        try {
            password = login.password.utf8();
        } catch (IOException e) {
            throw new ProxyException(this + ": its password cannot be read: " + e.getMessage(), e);
        }
        byte[] plain = joined((login.name + ":").getBytes(StandardCharsets.UTF_8), password);
        byte[] encoded = Base64.getEncoder().encode(plain);
        byte[] request = joined(head, "\r\nProxy-Authorization: Basic ".getBytes(StandardCharsets.US_ASCII), encoded, END);
        for (byte[] each : List.of(password, plain, encoded)) {
            Arrays.fill(each, (byte) 0);
        }
        return request;
    }

    private static byte[] joined(byte[]... parts) {
        byte[] all = new byte[Arrays.stream(parts).mapToInt(part -> part.length).sum()];
        int length = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, length, part.length);
            length += part.length;
        }
        return all;
    }

    private String refusal(ProxyAnswer answer, HostPort target) {
        return switch (answer.status()) {
            // 407 says so (RFC 9110 section 15.5.8), and tinyproxy says 401.
            case 401, 407 -> loginRefused(answer);
            case 400, 403, 405, 451 -> "does not let us through to " + target + " (" + answer.said() + "); have it allow CONNECT to it, or name it in "
                    + setting.exceptions;
            case 404, 500, 502, 503, 504 -> "cannot reach " + target + " itself (" + answer.said() + "); see its log, and whether it knows the name";
            default -> "answers CONNECT to " + target + " with " + answer.said() + "; see its log";
        };
    }

    private String loginRefused(ProxyAnswer answer) {
        List<String> schemes = answer.schemes();
        if (!schemes.isEmpty() && !schemes.contains("basic")) {
            return "lets nobody log in by HTTP Basic, but by " + String.join(", ", schemes) + " (" + answer.said() + "), which is not done here; have it take"
                    + " Basic from this machine, or none, or put a helper that can do the other between";
        }
        return login == null
                ? "wants a login (" + answer.said() + "); " + setting.giveLogin
                : "does not take the login of '" + login.name + "' (" + answer.said() + "); compare name and password with the proxy's";
    }

    @Override
    public String toString() {
        return "the proxy " + url;
    }
}
