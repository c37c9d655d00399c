package io.relaygate.plugins.ssh.proxy;

import io.relaygate.sdk.Credential;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.security.interfaces.RSAKey;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import org.apache.sshd.common.signature.Signature;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A key or certificate that a client offers, and how it would sign with it (RFC 4252 section 7, RFC 8332).
 *
 * @param algorithm the signature's
 * @param key whose signature that is: of a certificate, the key that it is for
 * @param blob what the client has sent, a certificate or a key
 * @param certified whether it is a certificate
 */
record SignedKey(NamedFactory<Signature> algorithm, PublicKey key, ByteBuffer blob, boolean certified) {

    private static final String CERTIFICATE = "-cert-v01";
    private static final String OPENSSH = "@openssh.com";
    private static final int LEAST_RSA_BITS = 2048;

    /**
     * Reads one.
     *
     * @param algorithm what the client calls it
     * @return null if it is none that is taken, or not what it is called
     */
    static @Nullable SignedKey of(String algorithm, byte[] blob) {
        boolean certified = algorithm.endsWith(CERTIFICATE + OPENSSH);
        NamedFactory<Signature> signature = signature(certified ? withoutCertificate(algorithm) : algorithm);
        if (signature == null) {
            return null;
        }
        try {
            PublicKey sent = new ByteArrayBuffer(blob).getRawPublicKey();
            if (sent instanceof OpenSshCertificate != certified) {
                return null;
            }
            PublicKey key = sent instanceof OpenSshCertificate certificate ? certificate.getCertPubKey() : sent;
            boolean weak = key instanceof RSAKey rsa && rsa.getModulus().bitLength() < LEAST_RSA_BITS;
            boolean fits = KeyUtils.getCanonicalKeyType(signature.getName()).equals(KeyUtils.getKeyType(key));
            return fits && !weak ? new SignedKey(signature, key, ByteBuffer.wrap(blob), certified) : null;
        } catch (SshException | RuntimeException e) {
            return null;
        }
    }

    private static String withoutCertificate(String algorithm) {
        String plain = algorithm.substring(0, algorithm.length() - CERTIFICATE.length() - OPENSSH.length());
        return plain.startsWith("sk-") ? plain + OPENSSH : plain;
    }

    private static @Nullable NamedFactory<Signature> signature(String name) {
        return Offer.SIGNATURES.stream().filter(each -> each.getName().equals(name)).findFirst().orElse(null);
    }

    private byte[] bytes() {
        byte[] all = new byte[blob.remaining()];
        blob.duplicate().get(all);
        return all;
    }

    /** For the core, as proven or not. */
    Credential asCredential(String name, boolean proven) {
        return certified ? new Credential.SshCertificate(name, blob, proven) : new Credential.PublicKey(name, blob, proven);
    }

    /**
     * Whether the client holds the key: it has signed this session, this user and this service with it.
     *
     * @param algorithmSent what the client has called it
     */
    boolean isSigned(SshSession session, String user, String service, String algorithmSent, byte[] signature) {
        Buffer signed = new ByteArrayBuffer();
        signed.putBytes(session.getSessionId());
        signed.putByte(SshConstants.SSH_MSG_USERAUTH_REQUEST);
        signed.putString(user, StandardCharsets.UTF_8);
        signed.putString(service, StandardCharsets.UTF_8);
        signed.putString("publickey", StandardCharsets.UTF_8);
        signed.putBoolean(true);
        signed.putString(algorithmSent, StandardCharsets.UTF_8);
        signed.putBytes(bytes());
        try {
            Signature verifier = algorithm.create();
            verifier.initVerifier(session, key);
            verifier.update(session, signed.array(), signed.rpos(), signed.available());
            return verifier.verify(session, signature);
        } catch (Exception e) {
            // Whatever is wrong with a signature, it is none.
            return false;
        }
    }
}
