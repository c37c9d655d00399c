package io.relaygate.access.identity;

import io.relaygate.access.Watched;
import io.relaygate.sdk.Credential;
import java.io.IOException;
import java.nio.CharBuffer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The one-time codes of a file's keys: of this step, the one before and the one after, each good once. */
final class OneTimeCodes implements IdentityProvider {

    private static final int LONGEST = 8;

    private final String name;
    private final InstantSource clock;
    private final UsedCodes used;
    private final Watched<Map<String, CodeKey>> file;

    OneTimeCodes(String name, Path file, InstantSource clock, UsedCodes used) throws IOException {
        this.name = name;
        this.clock = clock;
        this.used = used;
        this.file = new Watched<>(List.of(file), () -> read(file));
    }

    private static Map<String, CodeKey> read(Path file) throws IOException {
        Map<String, CodeKey> keys = new HashMap<>();
        Lines.readSecrets(file, line -> {
            int colon = 0;
            while (colon < line.length && line[colon] != ':') {
                colon++;
            }
            if (colon == line.length) {
                throw new IllegalArgumentException("expected NAME:KEY");
            }
            String caller = new String(line, 0, colon);
            CallerName.check(caller);
            if (keys.put(caller, CodeKey.parse(CharBuffer.wrap(line, colon + 1, line.length - colon - 1))) != null) {
                throw new IllegalArgumentException("a name that is there already");
            }
        });
        return Map.copyOf(keys);
    }

    @Override
    public Credential.Kind takes() {
        return Credential.Kind.ONE_TIME_CODE;
    }

    @Override
    public Finding judge(Credential shown, Asker asker) {
        Credential.OneTimeCode given = (Credential.OneTimeCode) shown;
        CodeKey key = file.now().get(given.name());
        CodeKey asked = key == null ? CodeKey.ofNobody() : key;
        long now = Math.floorDiv(clock.instant().getEpochSecond(), CodeKey.STEP);
        long found = given.code().with(code -> step(asked, code, now));
        if (key == null || found < 0) {
            return new Finding.Wrong(key == null ? "no such name in " + name : "a wrong code for " + name);
        }
        if (!used.use(name, given.name(), found, asker.session())) {
            return new Finding.Wrong("a code for " + name + " that was used before");
        }
        return new Finding.Proven(name, given.name(), "one-time code", Set.of(), given.name());
    }

    /** The step whose code it is, or -1; all three are looked at. */
    private static long step(CodeKey key, char[] code, long now) {
        long found = -1;
        for (long step = now - 1; step <= now + 1; step++) {
            if (code.length <= LONGEST && key.isCode(code, step)) {
                found = step;
            }
        }
        return found;
    }

    @Override
    public boolean knows(String caller) {
        return file.now().containsKey(caller);
    }

    @Override
    public Optional<Set<String>> groupsNow(Finding.Proven proven) {
        return file.now().containsKey(proven.name()) ? Optional.of(Set.of()) : Optional.empty();
    }
}
