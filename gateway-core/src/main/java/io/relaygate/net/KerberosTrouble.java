package io.relaygate.net;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.security.auth.login.LoginException;
import org.jspecify.annotations.Nullable;

/** Says in an operator's words why there is no Kerberos token, and what to do. Any thread. */
final class KerberosTrouble {

    /** What to do where a KDC is silent. */
    static final String KDC = "; see whether it runs, and whether this machine may reach it at port 88 by UDP and TCP";

    private static final String KINIT = "; run `kinit` as the account of this process, or give `outboundProxy.principal` and `outboundProxy.keytab`";

    /** {@code Server not found in Kerberos database (7) - LOOKING_UP_SERVER}: a number of RFC 4120 section 7.5.9. */
    private static final Pattern CODE = Pattern.compile(".*\\((\\d{1,3})\\)( - .*)?", Pattern.DOTALL);

    private final KerberosSource source;

    KerberosTrouble(KerberosSource source) {
        this.source = source;
    }

    /** The file that holds tickets or keys can be read, and the keytab has the principal's key. */
    void look() throws KerberosException {
        Path file = source.file();
        if (file == null) {
            return;
        }
        if (!Files.exists(file)) {
            throw new KerberosException(source.keytab() == null
                    ? "there is no Kerberos ticket: no file " + file + KINIT + "; a ticket elsewhere is named by KRB5CCNAME=FILE:/PATH"
                    : "there is no keytab " + file + "; see `outboundProxy.keytab`");
        }
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new KerberosException("the account of this process may not read " + file + "; give it the right, or another file");
        }
        String noKey = source.principal() == null ? null : Kerberos.keytabTrouble(source.principal(), file);
        if (noKey != null) {
            throw new KerberosException(noKey);
        }
    }

    static String noKey(String principal, Path keytab) {
        return "the keytab " + keytab + " has no key of " + principal + "; `klist -k " + keytab + "` tells whose it has";
    }

    /** The JDK has found no ticket where it should be, and does not say why. */
    KerberosException noTicket() {
        Path cache = source.cache();
        TicketCache.@Nullable Ticket ticket = null;
        try {
            ticket = cache == null ? null : TicketCache.read(cache);
        } catch (IOException e) {
            return new KerberosException("the Kerberos tickets in " + cache + " cannot be read: " + e.getMessage() + KINIT, e);
        }
        if (ticket == null) {
            return new KerberosException("there is no Kerberos ticket by which others are had (krbtgt) among " + source.tickets() + KINIT);
        }
        return new KerberosException(ticket.end().isAfter(Instant.now())
                ? "the Kerberos ticket of " + ticket.client() + " in " + cache + " is of a kind that Java does not take (encryption type "
                        + ticket.encryption() + "); have the realm give AES"
                : "the Kerberos ticket of " + ticket.client() + " in " + cache + " has ended at " + ticket.end().truncatedTo(ChronoUnit.SECONDS) + KINIT);
    }

    /**
     * What the JDK has thrown.
     *
     * @param realm who was to give a ticket
     * @param proxy for which service; empty while there is no ticket by which others are had
     */
    KerberosException of(Throwable failure, String realm, String proxy) {
        boolean noTicket = failure instanceof LoginException && failure.getCause() == null && code(failure) < 0 && source.principal() == null;
        return noTicket ? noTicket() : new KerberosException(words(failure, realm, proxy), failure);
    }

    private String words(Throwable failure, String realm, String proxy) {
        String said = deepest(failure);
        if (said.contains("default realm") || said.contains("Cannot locate KDC") || said.contains("locate KDC for realm")) {
            return Files.isReadable(source.conf())
                    ? "no KDC is known" + (realm.isEmpty() ? ", nor a realm" : " for " + realm) + ": " + source.conf() + " names none, and DNS neither; give that"
                            + " file `default_realm`, and the realm its `kdc`"
                    : "there is no krb5.conf that can be read at " + source.conf() + ", and DNS names no KDC; have the system's made, or name it in KRB5_CONFIG";
        }
        int code = code(failure);
        return code < 0 ? connection(failure, realm, said) : words(code, said, realm, proxy);
    }

    private String connection(Throwable failure, String realm, String said) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof IOException) {
                return silence(realm) + (each.getMessage() == null ? "" : " (" + each.getMessage() + ")") + KDC;
            }
        }
        return "Kerberos gives no ticket: " + said + "; `kinit` and `kvno` of this system may tell more";
    }

    private String words(int code, String said, String realm, String proxy) {
        String who = source.principal() == null ? "the owner of " + source.tickets() : source.principal();
        return switch (code) {
            case 6 -> realm + " does not know " + who + " (6); compare the principal with the realm's";
            case 7 -> realm + " knows no service HTTP/" + proxy + " (7); write the proxy's name in `outboundProxy.url` as its service principal has it, no"
                    + " address and no alias, or have the realm given that name";
            case 12, 18, 23 -> realm + " does not let " + who + " in (" + said + "); have the account looked at there";
            case 14 -> realm + " and Java have no encryption in common (" + said + "); have the account and the service given AES keys";
            case 24, 31 -> realm + " does not take the key of " + who + " in " + source.file() + " (" + code + "); make the keytab anew: the key has changed";
            case 32 -> "the Kerberos ticket of " + who + " has ended (32)" + KINIT;
            case 37 -> "this machine's clock and that of " + realm + "'s KDC are too far apart (37); set both by NTP, as with `timedatectl set-ntp true`";
            default -> realm + " gives no ticket for " + who + ": " + said + "; see the KDC's log";
        };
    }

    /** {@code the KDC of CORP.EXAMPLE (10.0.0.1, 10.0.0.2:88) does not answer}. */
    String silence(String realm) {
        List<String> kdcs = Krb5Conf.read(source.conf()).kdcs().getOrDefault(realm, List.of("which DNS names"));
        return "the KDC of " + (realm.isEmpty() ? "the realm" : realm) + " (" + String.join(", ", kdcs) + ") does not answer";
    }

    /** The number of the innermost Kerberos error, or -1. */
    private static int code(Throwable failure) {
        int code = -1;
        for (Throwable each = failure; each != null; each = each.getCause()) {
            Matcher number = CODE.matcher(String.valueOf(each.getMessage()));
            if (isOfKerberos(each) && number.matches()) {
                code = Integer.parseInt(number.group(1));
            }
        }
        return code;
    }

    private static boolean isOfKerberos(Throwable failure) {
        return failure.getClass().getName().startsWith("sun.security.krb5.") && !isAboutBytes(failure);
    }

    /** The JDK reads every answer as the good one first. */
    private static boolean isAboutBytes(Throwable failure) {
        return failure.getClass().getName().endsWith("Asn1Exception");
    }

    /** What the innermost that says something says, on one line. */
    private static String deepest(Throwable failure) {
        String said = failure.getClass().getSimpleName();
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each.getMessage() != null && !isAboutBytes(each)) {
                said = each.getMessage();
            }
        }
        return said.replaceAll("[^ -~]+", " ").strip();
    }
}
