package io.relaygate.plugins.ssh.proxy;

import io.relaygate.sdk.Secret;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.interfaces.RSAKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.loader.KeyPairResourceParser;
import org.apache.sshd.common.config.keys.loader.openssh.OpenSSHKeyPairResourceParser;
import org.apache.sshd.common.config.keys.loader.pem.PEMResourceParserUtils;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.session.SessionContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The keys that clients know the gateway by. Each session gets them as they are then; one that has become wrong stays as it was. Any thread. */
final class HostKeyRing implements KeyPairProvider {

    private static final Logger LOG = LoggerFactory.getLogger(HostKeyRing.class);
    private static final KeyPairResourceParser FORMS =
            KeyPairResourceParser.aggregate(OpenSSHKeyPairResourceParser.INSTANCE, PEMResourceParserUtils.PROXY);
    private static final Set<String> TYPES = Set.of(SSH_ED25519, SSH_RSA, ECDSA_SHA2_NISTP256, ECDSA_SHA2_NISTP384, ECDSA_SHA2_NISTP521);
    private static final int LEAST_RSA_BITS = 3072;

    private final List<Source> sources = new ArrayList<>();

    /**
     * Reads them.
     *
     * @throws IllegalArgumentException which of them will not do, and why
     */
    HostKeyRing(List<Secret> secrets) {
        Set<String> types = new TreeSet<>();
        for (int i = 0; i < secrets.size(); i++) {
            Source source = new Source("hostKeys[" + i + "]", secrets.get(i));
            try {
                source.read();
            } catch (IOException e) {
                throw new IllegalArgumentException(e.getMessage(), e);
            }
            String type = KeyUtils.getKeyType(source.latest());
            if (!types.add(type)) {
                throw new IllegalArgumentException("hostKeys[" + i + "] is a second key of type " + type + "; there can be one of each");
            }
            sources.add(source);
        }
    }

    @Override
    public Iterable<KeyPair> loadKeys(@Nullable SessionContext session) {
        return sources.stream().map(Source::latest).toList();
    }

    /** Looks whether they have changed. */
    void refresh() {
        sources.forEach(Source::refresh);
    }

    /** One of them. */
    private static final class Source {

        private final String name;
        private final Secret secret;
        private byte[] digest = new byte[0];
        private @Nullable KeyPair pair;

        Source(String name, Secret secret) {
            this.name = name;
            this.secret = secret;
        }

        synchronized KeyPair latest() {
            if (pair == null) {
                throw new IllegalStateException("the key was not read");
            }
            return pair;
        }

        synchronized void refresh() {
            try {
                read();
            } catch (IOException e) {
                LOG.atWarn().addKeyValue("setting", name).addKeyValue("reason", e.getMessage()).log("a host key cannot be read, and stays as it was");
            }
        }

        synchronized void read() throws IOException {
            byte[] text = secret.utf8();
            try {
                byte[] now = MessageDigest.getInstance("SHA-256").digest(text);
                if (!Arrays.equals(now, digest)) {
                    // A key that is wrong is told of once.
                    digest = now;
                    pair = parse(text);
                }
            } catch (GeneralSecurityException | RuntimeException e) {
                throw new IOException(name + " cannot be read: " + e.getMessage(), e);
            } finally {
                Arrays.fill(text, (byte) 0);
            }
        }

        private KeyPair parse(byte[] text) throws IOException, GeneralSecurityException {
            Collection<KeyPair> found =
                    FORMS.loadKeyPairs(null, NamedResource.ofName(name), FilePasswordProvider.EMPTY, new ByteArrayInputStream(text));
            if (found == null || found.size() != 1) {
                throw new IOException(name + " is no private key as OpenSSH or PEM writes it; `ssh-keygen -t ed25519` makes one");
            }
            KeyPair read = found.iterator().next();
            String type = KeyUtils.getKeyType(read);
            if (type == null || !TYPES.contains(type)) {
                throw new IOException(name + " is a key of type " + type + "; expected ssh-ed25519, ecdsa or rsa");
            }
            if (read.getPublic() instanceof RSAKey rsa && rsa.getModulus().bitLength() < LEAST_RSA_BITS) {
                throw new IOException(name + " is an RSA key of " + rsa.getModulus().bitLength() + " bits; expected " + LEAST_RSA_BITS + " at least");
            }
            return read;
        }
    }
}
