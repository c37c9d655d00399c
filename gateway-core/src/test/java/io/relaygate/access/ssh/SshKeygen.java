package io.relaygate.access.ssh;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** OpenSSH's ssh-keygen, which makes keys and certificates in a folder. */
public record SshKeygen(Path folder) {

    /** Makes a key, for example {@code ed25519}, {@code ecdsa-384}, {@code rsa-2048}. */
    public Path key(String name, String type) {
        Path file = folder.resolve(name);
        String[] parts = type.split("-", -1);
        List<String> command = new ArrayList<>(List.of("-q", "-N", "", "-C", name, "-f", file.toString(), "-t", parts[0]));
        if (parts.length > 1) {
            command.addAll(List.of("-b", parts[1]));
        }
        run(command.toArray(String[]::new));
        return folder.resolve(name + ".pub");
    }

    /** Has an authority sign a key; gives the certificate's file. */
    public Path certificate(String authority, String key, String... options) {
        List<String> command = new ArrayList<>(List.of("-q", "-s", folder.resolve(authority).toString(), "-I", "id of " + key));
        command.addAll(List.of(options));
        command.add(folder.resolve(key + ".pub").toString());
        run(command.toArray(String[]::new));
        return folder.resolve(key + "-cert.pub");
    }

    /** What stands in a file as base64. */
    public static ByteBuffer blob(Path file) {
        try {
            return ByteBuffer.wrap(Base64.getDecoder().decode(Files.readString(file).split(" ", -1)[1]));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void run(String... arguments) {
        List<String> command = new ArrayList<>(List.of("ssh-keygen"));
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(command + ": " + said);
            }
        } catch (IOException e) {
            Assumptions.abort("no ssh-keygen here: " + e.getMessage());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
