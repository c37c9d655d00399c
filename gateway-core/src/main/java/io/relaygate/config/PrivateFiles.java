package io.relaygate.config;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds files of secrets and private keys that every account of the machine can read, wherever settings name them. A
 * private key is known by its PEM label (RFC 7468), and a keytab by its first bytes, so that no setting has to say that
 * its file holds one.
 */
public final class PrivateFiles {

    private static final String KEY = "PRIVATE KEY-----";
    private static final String KEYTAB = "\5\2";
    private static final int LARGEST = 256 * 1024;

    private final Origins origins;
    private final Problems problems;

    private PrivateFiles(Origins origins, Problems problems) {
        this.origins = origins;
        this.problems = problems;
    }

    /**
     * Checks.
     *
     * @param settings a settings record that was bound, with all that are in it
     * @param problems takes what others can read
     */
    public static void check(Record settings, Origins origins, Problems problems) {
        new PrivateFiles(origins, problems).components(settings);
    }

    private void components(Record owner) {
        for (RecordComponent component : owner.getClass().getRecordComponents()) {
            value(owner, component.getName(), read(owner, component.getAccessor()));
        }
    }

    private void value(Record owner, String component, @Nullable Object value) {
        switch (value) {
            case SecretReference secret -> {
                if (secret.file() != null && Files.isRegularFile(secret.file())) {
                    complain(owner, component, secret.file());
                }
            }
            case Path file -> {
                if (holdsKey(file)) {
                    complain(owner, component, file);
                }
            }
            case Record record -> {
                if (origins.knows(record)) {
                    components(record);
                }
            }
            case List<?> items -> items.forEach(item -> value(owner, component, item));
            case Map<?, ?> named -> named.values().forEach(item -> value(owner, component, item));
            case null, default -> {}
        }
    }

    private void complain(Record owner, String component, Path file) {
        String trouble = FileRights.readableByOthers(file);
        if (trouble != null) {
            problems.add(origins.of(owner, component), origins.path(owner, component), trouble);
        }
    }

    private static boolean holdsKey(Path file) {
        try {
            if (!Files.isRegularFile(file) || Files.size(file) > LARGEST) {
                return false;
            }
            String content = Files.readString(file, StandardCharsets.ISO_8859_1);
            return content.contains(KEY) || content.startsWith(KEYTAB);
        } catch (IOException e) {
            // Whoever needs the file complains.
            return false;
        }
    }

    private static @Nullable Object read(Record owner, Method accessor) {
        try {
            accessor.setAccessible(true);
            return accessor.invoke(owner);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
