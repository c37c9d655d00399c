package io.relaygate;

import io.relaygate.azure.EntraCredential;
import io.relaygate.config.FileTrouble;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** An identity of Microsoft Entra is one, and its certificate and key are there. */
final class IdentityFiles {

    private final Draft draft;

    IdentityFiles(Draft draft) {
        this.draft = draft;
    }

    /**
     * Checks.
     *
     * @param place the settings that say who we are, which may say more
     * @param trouble what is known to be wrong with them, or null
     */
    void run(Record place, EntraCredential identity, @Nullable String trouble) {
        // What could not be read is as if it were not given, and listed already.
        if (Arrays.stream(place.getClass().getRecordComponents()).anyMatch(each -> draft.isWrong(place, each.getName()))) {
            return;
        }
        if (trouble != null) {
            draft.wrong(place, trouble);
            return;
        }
        int before = draft.problems().count();
        there(place, "clientCertificate", identity.clientCertificate());
        there(place, "clientKey", identity.clientKey());
        if (draft.problems().count() > before) {
            return;
        }
        try {
            identity.checkFiles();
        } catch (IllegalArgumentException e) {
            draft.wrong(place, "clientCertificate", String.valueOf(e.getMessage()).replaceFirst("^clientCertificate: ", ""));
        }
    }

    private void there(Record place, String component, @Nullable Path file) {
        String trouble = file == null ? null : FileTrouble.of(file);
        if (trouble != null) {
            draft.wrong(place, component, trouble);
        }
    }
}
