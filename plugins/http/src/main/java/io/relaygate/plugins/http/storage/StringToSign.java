package io.relaygate.plugins.http.storage;

import io.relaygate.plugins.http.wire.Field;
import io.relaygate.plugins.http.wire.Fields;
import io.relaygate.plugins.http.wire.Framing;
import io.relaygate.plugins.http.wire.RequestHead;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What is signed of a request, by the scheme {@code SharedKey} as it is since version 2016-05-31 ("Authorize with Shared Key" of the
 * storage services' REST API). Host, port and scheme are not in it. White space within a header's value is signed as it is: so do all
 * official clients and Azurite, though the page reads as if it were to be made one space.
 */
final class StringToSign {

    private static final List<String> STANDARD = List.of(
            "Content-MD5", "Content-Type", "Date", "If-Modified-Since", "If-Match", "If-None-Match", "If-Unmodified-Since", "Range");

    /** The services sort names as people do: hyphens last of all, an underscore before digits, digits before letters. */
    private static final Comparator<String> BY_NAME =
            Comparator.comparing((String name) -> name.replace("-", "").replace('_', '!')).thenComparing(Comparator.naturalOrder());

    private StringToSign() {}

    /**
     * Of a request that is complete but for its {@code Authorization}.
     *
     * @throws StorageRefusedException 400, if a header in it came twice or has a value that is read in several ways
     */
    static String of(Service service, String account, RequestHead head) throws StorageRefusedException {
        requireClear(head.fields());
        return service == Service.TABLE ? table(account, head) : blobOrQueue(account, head);
    }

    private static String blobOrQueue(String account, RequestHead head) throws StorageRefusedException {
        Fields fields = head.fields();
        List<String> lines = new ArrayList<>();
        lines.add(head.method());
        lines.add(value(fields, "Content-Encoding"));
        lines.add(value(fields, "Content-Language"));
        lines.add(head.body() instanceof Framing.Length(long bytes) && bytes > 0 ? Long.toString(bytes) : "");
        for (String name : STANDARD) {
            // Its place is taken by x-ms-date.
            lines.add(name.equals("Date") ? "" : value(fields, name));
        }
        lines.addAll(headers(fields));
        lines.add("/" + account + head.path());
        lines.addAll(parameters(query(head)));
        return String.join("\n", lines);
    }

    private static String table(String account, RequestHead head) throws StorageRefusedException {
        Fields fields = head.fields();
        String comp = query(head).get("comp");
        return String.join("\n", head.method(), value(fields, "Content-MD5"), value(fields, "Content-Type"), value(fields, "x-ms-date"),
                "/" + account + head.path() + (comp == null ? "" : "?comp=" + comp));
    }

    private static String value(Fields fields, String name) {
        String value = fields.first(name);
        return value == null ? "" : value;
    }

    private static List<String> headers(Fields fields) {
        Map<String, String> sorted = new TreeMap<>(BY_NAME);
        for (Field field : fields) {
            if (isOwn(field)) {
                sorted.put(field.name().toLowerCase(Locale.ROOT), field.value());
            }
        }
        return sorted.entrySet().stream().map(each -> each.getKey() + ":" + each.getValue()).toList();
    }

    private static boolean isOwn(Field field) {
        return field.name().regionMatches(true, 0, "x-ms-", 0, "x-ms-".length());
    }

    private static Query query(RequestHead head) throws StorageRefusedException {
        int mark = head.target().indexOf('?');
        return Query.parse(mark < 0 ? null : head.target().substring(mark + 1));
    }

    private static List<String> parameters(Query query) {
        Map<String, List<String>> sorted = query.parameters().stream().collect(Collectors.groupingBy(
                Query.Parameter::name, TreeMap::new, Collectors.mapping(Query.Parameter::value, Collectors.toList())));
        return sorted.entrySet().stream()
                .map(each -> each.getKey() + ":" + each.getValue().stream().sorted().collect(Collectors.joining(",")))
                .toList();
    }

    private static void requireClear(Fields fields) throws StorageRefusedException {
        for (Field field : fields) {
            boolean signed = isOwn(field) || field.is("Content-Encoding") || field.is("Content-Language")
                    || STANDARD.stream().anyMatch(field::is);
            if (signed && (fields.count(field.name()) > 1 || field.value().chars().anyMatch(c -> c > 0x7e))) {
                throw new StorageRefusedException(400, "InvalidHeaderValue", "the header '" + field.name() + "' came twice, or is not in ASCII");
            }
        }
    }
}
