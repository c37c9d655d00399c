package io.relaygate.plugin;

import io.relaygate.config.FileTrouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Map;

/** Which jars may be loaded. Asked of a private copy, before a class of it is read. */
public sealed interface PluginTrust {

    /**
     * Refuses a jar that may not be loaded.
     *
     * @param jar where it was found
     * @param copy what is loaded of it
     */
    void require(Path jar, WorkFolder.Copy copy) throws PluginRefused;

    /** Every jar: whoever can write the folder is trusted. */
    record Everything() implements PluginTrust {
        @Override
        public void require(Path jar, WorkFolder.Copy copy) {}
    }

    /**
     * None, since what is said of trust cannot be understood.
     *
     * @param why for the operator
     */
    record Nothing(String why) implements PluginTrust {
        @Override
        public void require(Path jar, WorkFolder.Copy copy) throws PluginRefused {
            throw new PluginRefused(why);
        }
    }

    /** Those whose content a {@linkplain PluginLock lock file} in their folder names. */
    record Locked() implements PluginTrust {
        @Override
        public void require(Path jar, WorkFolder.Copy copy) throws PluginRefused {
            Path file = jar.resolveSibling(PluginLock.FILE);
            String locked;
            try {
                locked = PluginLock.read(file).get(jar.getFileName().toString());
            } catch (IOException e) {
                throw new PluginRefused("pluginTrust is lock, and " + FileTrouble.explain(file, e) + "; `relaygate plugins lock` makes it");
            }
            if (locked == null) {
                throw new PluginRefused("it is not in " + PluginLock.FILE + "; `relaygate plugins lock` adds it");
            }
            if (!locked.equals(copy.sha256())) {
                throw new PluginRefused("it is another than " + PluginLock.FILE + " names: its SHA-256 is " + copy.sha256());
            }
        }
    }

    /**
     * Those that one of these has signed: an Ed25519 signature (RFC 8032) of the whole jar, 64 bytes in a file beside it.
     *
     * @param publishers their keys by name
     */
    record Signed(Map<String, PublicKey> publishers) implements PluginTrust {

        private static final int LENGTH = 64;

        /** Keeps its own copy of the publishers. */
        public Signed {
            publishers = Map.copyOf(publishers);
        }

        @Override
        public void require(Path jar, WorkFolder.Copy copy) throws PluginRefused {
            Path file = signature(jar);
            byte[] signature;
            try {
                signature = Files.size(file) == LENGTH ? Files.readAllBytes(file) : new byte[0];
            } catch (IOException e) {
                throw new PluginRefused("pluginTrust is signed, and " + FileTrouble.explain(file, e));
            }
            if (signature.length != LENGTH) {
                throw new PluginRefused(file.getFileName() + " is no signature: it has not " + LENGTH + " bytes");
            }
            for (PublicKey publisher : publishers.values()) {
                if (isOf(publisher, copy.path(), signature)) {
                    return;
                }
            }
            throw new PluginRefused(file.getFileName() + " is of none of the publishers " + publishers.keySet().stream().sorted().toList()
                    + ", or of another jar");
        }

        /** Where the signature of a jar is. */
        public static Path signature(Path jar) {
            return jar.resolveSibling(jar.getFileName() + ".sig");
        }

        private static boolean isOf(PublicKey publisher, Path copy, byte[] signature) throws PluginRefused {
            try {
                Signature verifier = Signature.getInstance("Ed25519");
                verifier.initVerify(publisher);
                verifier.update(Files.readAllBytes(copy));
                return verifier.verify(signature);
            } catch (GeneralSecurityException e) {
                return false;
            } catch (IOException e) {
                throw new PluginRefused("its copy cannot be read", e);
            }
        }
    }
}
