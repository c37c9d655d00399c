package io.relaygate.net;

import java.security.Principal;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Certificates of a server, of which the one is shown that is for the name that the client asks for (RFC 6066 section 3);
 * where several are, the client's signature algorithms decide; where none is, the first of all. An alias is an index.
 */
final class ServerKeys extends EngineKeys {

    private final List<PemFiles> all;

    /** Of at least one certificate. */
    ServerKeys(List<PemFiles> all) {
        this.all = List.copyOf(all);
    }

    @Override
    public @Nullable String chooseEngineServerAlias(String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
        SSLSession session = engine.getHandshakeSession();
        String asked = session == null ? null : TlsServer.serverName(session);
        List<Integer> fitting = IntStream.range(0, all.size())
                .filter(i -> asked != null && isFor(all.get(i).chain().getFirst(), asked))
                .boxed()
                .toList();
        return (fitting.isEmpty() ? List.of(0) : fitting).stream()
                .filter(i -> all.get(i).key().getAlgorithm().equals(keyType))
                .findFirst()
                .map(String::valueOf)
                .orElse(null);
    }

    private static boolean isFor(X509Certificate certificate, String asked) {
        return CertificateNames.dns(certificate).stream().anyMatch(name -> matches(name.toLowerCase(Locale.ROOT), asked));
    }

    /** A star stands for the whole first label (RFC 6125 section 6.4.3). */
    private static boolean matches(String name, String asked) {
        int dot = asked.indexOf('.');
        return name.startsWith("*.") ? dot > 0 && name.substring(1).equals(asked.substring(dot)) : name.equals(asked);
    }

    @Override
    PemFiles files(String alias) {
        return all.get(Integer.parseInt(alias));
    }
}
