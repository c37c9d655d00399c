package io.relaygate.sdk;

import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Something that a client has shown to prove who it is, as a plugin has read it. {@link Session#judge} says what it proves.
 * {@link #close} wipes the secret in it, if there is one.
 */
public sealed interface Credential extends AutoCloseable {

    /** The kinds of credentials. */
    enum Kind {
        PASSWORD,
        BEARER_TOKEN,
        PUBLIC_KEY,
        SSH_CERTIFICATE,
        ONE_TIME_CODE,
        CLIENT_CERTIFICATE
    }

    /** Which kind it is. */
    Kind kind();

    @Override
    default void close() {}

    /**
     * A name and its password.
     *
     * @param name as the client sent it
     */
    record Password(String name, SentSecret password) implements Credential {
        @Override
        public Kind kind() {
            return Kind.PASSWORD;
        }

        @Override
        public void close() {
            password.close();
        }
    }

    /** A JSON web token in its compact form (RFC 7519), which names the caller itself. */
    record BearerToken(SentSecret token) implements Credential {
        @Override
        public Kind kind() {
            return Kind.BEARER_TOKEN;
        }

        @Override
        public void close() {
            token.close();
        }
    }

    /**
     * An SSH public key.
     *
     * @param name the name that the client says it has
     * @param blob the key on the wire (RFC 4253 section 6.6)
     * @param proven whether the client has signed with it in this session, and the plugin's SSH library has verified the
     *     signature; false for a key that is only offered (RFC 4252 section 7)
     */
    record PublicKey(String name, ByteBuffer blob, boolean proven) implements Credential {

        /** Keeps its own copy of the key. */
        public PublicKey {
            blob = copy(blob);
        }

        @Override
        public ByteBuffer blob() {
            return blob.duplicate();
        }

        @Override
        public Kind kind() {
            return Kind.PUBLIC_KEY;
        }
    }

    /**
     * An OpenSSH user certificate.
     *
     * @param name the name that the client says it has
     * @param blob the certificate on the wire (OpenSSH PROTOCOL.certkeys)
     * @param proven whether the client has signed with its key in this session, as for {@link PublicKey}
     */
    record SshCertificate(String name, ByteBuffer blob, boolean proven) implements Credential {

        /** Keeps its own copy of the certificate. */
        public SshCertificate {
            blob = copy(blob);
        }

        @Override
        public ByteBuffer blob() {
            return blob.duplicate();
        }

        @Override
        public Kind kind() {
            return Kind.SSH_CERTIFICATE;
        }
    }

    /**
     * A code that is good once (RFC 6238).
     *
     * @param name as the client sent it
     */
    record OneTimeCode(String name, SentSecret code) implements Credential {
        @Override
        public Kind kind() {
            return Kind.ONE_TIME_CODE;
        }

        @Override
        public void close() {
            code.close();
        }
    }

    /**
     * A certificate whose key a TLS handshake of the gateway has proved. Only the gateway makes them: one that a plugin made
     * proves nothing.
     */
    non-sealed interface ClientCertificate extends Credential {

        /** The client's certificate, and then those that the client sent with it. */
        List<X509Certificate> chain();

        @Override
        default Kind kind() {
            return Kind.CLIENT_CERTIFICATE;
        }
    }

    private static ByteBuffer copy(ByteBuffer bytes) {
        return ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip().asReadOnlyBuffer();
    }
}
