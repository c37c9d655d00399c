package io.relaygate.plugin;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.pf4j.DefaultVersionManager;
import org.pf4j.VersionManager;

/** The version of the SDK that this gateway offers, without its qualifier: a snapshot of 1.2.0 counts as 1.2.0. */
final class SdkVersion {

    private static final Pattern RELEASE = Pattern.compile("(\\d+\\.\\d+\\.\\d+)(?:[-+].*)?");
    private static final Pattern BARE = Pattern.compile("\\s*\\d+\\.\\d+\\.\\d+\\s*");

    private final VersionManager versions = new DefaultVersionManager();
    private final String number;

    /**
     * Reads {@code 1.2.3} or {@code 1.2.3-SNAPSHOT}.
     *
     * @throws IllegalArgumentException if the text is neither
     */
    SdkVersion(String text) {
        Matcher matcher = RELEASE.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("the SDK's version must look like 1.2.3, found '" + text + "'");
        }
        number = matcher.group(1);
    }

    /** Refuses a plugin whose {@code Plugin-Requires} does not include this version. */
    void requireWithin(String range) throws PluginRefused {
        boolean within;
        try {
            // As everywhere in PF4J, a bare version means that version or a later one.
            within = versions.checkVersionConstraint(number, BARE.matcher(range).matches() ? ">=" + range.strip() : range);
        } catch (RuntimeException e) {
            throw new PluginRefused("its Plugin-Requires '" + range
                    + "' cannot be read: write a range such as '>=" + number + " & <2.0.0'");
        }
        if (!within) {
            throw new PluginRefused("it needs SDK " + range + ", this gateway has " + number
                    + ": use a build of the plugin for this gateway, or a gateway that fits");
        }
    }

    @Override
    public String toString() {
        return number;
    }
}
