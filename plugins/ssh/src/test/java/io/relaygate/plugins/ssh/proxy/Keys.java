package io.relaygate.plugins.ssh.proxy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.common.keyprovider.KeyPairProvider;

/** Keys of the tests. */
final class Keys {

    /** With which the gateway logs in at targets. */
    static final KeyPair GATEWAY = rsa(2048);

    private Keys() {}

    static KeyPair ec() {
        return pair("EC", 256);
    }

    static KeyPair rsa(int bits) {
        return pair("RSA", bits);
    }

    static KeyPair ed25519() {
        OwnBouncyCastle.use();
        try {
            return KeyUtils.generateKeyPair(KeyPairProvider.SSH_ED25519, 256);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair pair(String kind, int size) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(kind);
            generator.initialize(size);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** As {@code ssh-keygen} writes it. */
    static void write(KeyPair pair, Path file) {
        try {
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(pair, "test", null, text);
            Files.write(file, text.toByteArray());
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static String line(KeyPair pair) {
        return PublicKeyEntry.toString(pair.getPublic());
    }
}
