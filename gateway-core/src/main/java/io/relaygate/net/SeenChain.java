package io.relaygate.net;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/** Verifies a server as others do, and keeps what the server has shown, trusted or not: to say what is wrong with it. For one handshake. */
public final class SeenChain {

    private final Judge judge;

    /** Trusts the same. */
    public SeenChain(Authorities trusted) {
        this.judge = new Judge(trusted);
    }

    /** For the handshake, as a client. */
    public SSLContext context() {
        return judge.context();
    }

    /** What the server has shown, its own certificate first; empty if it did not come to that. */
    public List<X509Certificate> certificates() {
        return judge.seen;
    }

    private static final class Judge extends Authorities {

        private volatile List<X509Certificate> seen = List.of();

        Judge(Authorities others) {
            super(others);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
            seen = List.of(chain);
            super.checkServerTrusted(chain, type, engine);
        }
    }
}
