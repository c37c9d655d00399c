package io.relaygate.access.identity;

import io.relaygate.access.Watched;
import io.relaygate.access.ssh.KeyLine;
import io.relaygate.sdk.Credential;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The SSH public keys of a file. */
final class PublicKeys implements IdentityProvider {

    private final String name;
    private final Watched<Map<Holder, Set<String>>> file;

    /** Somebody who holds a key. */
    private record Holder(String caller, ByteBuffer key) {}

    PublicKeys(String name, Path file) throws IOException {
        this.name = name;
        this.file = new Watched<>(List.of(file), () -> read(file));
    }

    private static Map<Holder, Set<String>> read(Path file) throws IOException {
        Map<Holder, Set<String>> holders = new HashMap<>();
        Lines.read(file, text -> {
            KeyLine line = KeyLine.parse(text);
            line.options().keySet().forEach(option -> {
                if (!option.equals("caller") && !option.equals("groups")) {
                    throw new IllegalArgumentException("the option " + option + " is not known here; there are caller and groups");
                }
            });
            String caller = line.options().get("caller");
            if (caller == null) {
                throw new IllegalArgumentException("whose key is it? Write caller=\"NAME\" in front of it");
            }
            CallerName.check(caller);
            Set<String> groups = PasswordLine.groups(line.options().getOrDefault("groups", ""));
            if (holders.put(new Holder(caller, line.key().blob()), groups) != null) {
                throw new IllegalArgumentException("a caller with a key that is there already");
            }
        });
        return Map.copyOf(holders);
    }

    @Override
    public Credential.Kind takes() {
        return Credential.Kind.PUBLIC_KEY;
    }

    @Override
    public Finding judge(Credential shown, Asker asker) {
        Credential.PublicKey given = (Credential.PublicKey) shown;
        Holder holder = new Holder(given.name(), given.blob());
        Set<String> groups = file.now().get(holder);
        if (groups == null) {
            return new Finding.Wrong("a key that is not of that name in " + name);
        }
        return given.proven()
                ? new Finding.Proven(name, given.name(), "public key", groups, holder)
                : new Finding.Offered(given.name());
    }

    @Override
    public boolean knows(String caller) {
        return file.now().keySet().stream().anyMatch(holder -> holder.caller().equals(caller));
    }

    @Override
    public Optional<Set<String>> groupsNow(Finding.Proven proven) {
        return proven.evidence() instanceof Holder holder ? Optional.ofNullable(file.now().get(holder)) : Optional.empty();
    }
}
