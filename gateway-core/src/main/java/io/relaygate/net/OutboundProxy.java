package io.relaygate.net;

import io.relaygate.sdk.HostPort;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP proxy through which hosts are reached by its method CONNECT (RFC 9110 section 9.3.6). It is told names, and looks them up
 * itself. Any thread.
 *
 * @param url where it is
 * @param login what it is shown; null for nothing
 * @param caFile the authorities to trust for TLS with it beside the system's, or null
 * @param setting what says that it is used
 */
record OutboundProxy(ProxyUrl url, @Nullable ProxyLogin login, @Nullable Path caFile, Setting setting) {

    private static final byte[] AUTHORIZATION = "\r\nProxy-Authorization: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /** What says that there is a proxy. */
    enum Setting {
        CONFIGURATION("`outboundProxy.url`", "give `outboundProxy.username` and `outboundProxy.password`", "`outboundProxy.negotiate: true`",
                "`outboundProxy.noProxy`"),
        ENVIRONMENT("HTTPS_PROXY", "write it into HTTPS_PROXY, as http://USER:PASSWORD@HOST:PORT, or use `outboundProxy:`",
                "http://:@HOST:PORT in HTTPS_PROXY", "NO_PROXY");

        final String url;
        final String giveLogin;
        final String giveKerberos;
        final String exceptions;

        Setting(String url, String giveLogin, String giveKerberos, String exceptions) {
            this.url = url;
            this.giveLogin = giveLogin;
            this.giveKerberos = giveKerberos;
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
            byte[] request = request(target, deadline);
            try {
                link.out().write(request);
            } finally {
                Arrays.fill(request, (byte) 0);
            }
            ProxyAnswer answer = ProxyAnswer.read(link.in());
            if (!answer.granted()) {
                if (login != null && answer.status() == 407) {
                    login.refused();
                }
                throw new ProxyException(this + " " + new ProxyRefusal(login, setting).words(answer, target));
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

    private byte[] request(HostPort target, Instant deadline) throws ProxyException {
        byte[] head = ("CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\nUser-Agent: relaygate").getBytes(StandardCharsets.US_ASCII);
        if (login == null) {
            return joined(head, END);
        }
        byte[] shown;
        try {
            shown = login.shown(url.host().host(), deadline);
        } catch (IOException e) {
            throw new ProxyException(this + ": " + e.getMessage(), e);
        }
        byte[] request = joined(head, AUTHORIZATION, shown, END);
        Arrays.fill(shown, (byte) 0);
        return request;
    }

    /** Gets a token as for a connection where the login is by Kerberos; a text for people, or null if it is not. */
    @Nullable String rehearse(Instant deadline) throws KerberosException {
        return login instanceof NegotiateLogin kerberos ? kerberos.rehearse(url.host().host(), deadline) : null;
    }

    /** One behind the other. */
    static byte[] joined(byte[]... parts) {
        byte[] all = new byte[Arrays.stream(parts).mapToInt(part -> part.length).sum()];
        int length = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, length, part.length);
            length += part.length;
        }
        return all;
    }

    @Override
    public String toString() {
        return "the proxy " + url;
    }
}
