package io.relaygate.access.identity;

import io.relaygate.access.Watched;
import io.relaygate.observe.LoginRefused.Cause;
import io.relaygate.sdk.Credential;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The passwords of a file. A name that is not there costs a hash too. */
final class Passwords implements IdentityProvider {

    private final String name;
    private final Watched<PasswordFile> file;
    private final Hashing hashing;
    private final VerifiedPasswords verified;

    /**
     * Reads the file.
     *
     * @param name the provider's name
     */
    Passwords(String name, Path file, Hashing hashing, VerifiedPasswords verified) throws IOException {
        this.name = name;
        this.file = new Watched<>(List.of(file), () -> PasswordFile.read(file));
        this.hashing = hashing;
        this.verified = verified;
    }

    @Override
    public Credential.Kind takes() {
        return Credential.Kind.PASSWORD;
    }

    @Override
    public Finding judge(Credential shown, Asker asker) {
        Credential.Password given = (Credential.Password) shown;
        PasswordFile lines = file.now();
        PasswordLine line = lines.line(given.name());
        Optional<Boolean> right = given.password().with(password -> {
            if (password.length == 0 || password.length > PasswordLine.LONGEST) {
                return Optional.of(false);
            }
            return line == null
                    ? hashing.run(asker, () -> lines.standIn(verified.numberOf(given.name())).isRight(password))
                    : isRight(line, password, asker);
        });
        if (right.isEmpty()) {
            return new Finding.Wrong(Cause.UNAVAILABLE, "too many others wait for their passwords to be judged");
        }
        if (line == null || !right.get()) {
            return new Finding.Wrong(line == null ? "no such name in " + name : "a wrong password for " + name);
        }
        return new Finding.Proven(name, line.name(), "password", line.groups(), line.hash());
    }

    private Optional<Boolean> isRight(PasswordLine line, char[] password, Asker asker) {
        if (verified.has(line, password)) {
            return Optional.of(true);
        }
        Optional<Boolean> right = hashing.run(asker, () -> line.isRight(password));
        if (right.orElse(false)) {
            verified.add(line, password);
        }
        return right;
    }

    @Override
    public boolean knows(String caller) {
        return file.now().line(caller) != null;
    }

    /** Whose password has changed must say the new one. */
    @Override
    public Optional<Set<String>> groupsNow(Finding.Proven proven) {
        @Nullable PasswordLine line = file.now().line(proven.name());
        return line == null || !line.hash().equals(proven.evidence()) ? Optional.empty() : Optional.of(line.groups());
    }
}
