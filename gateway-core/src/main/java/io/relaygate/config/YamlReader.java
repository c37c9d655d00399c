package io.relaygate.config;

import io.relaygate.config.Yaml.Entry;
import io.relaygate.config.Yaml.Kind;
import io.relaygate.config.Yaml.Mapping;
import io.relaygate.config.Yaml.Scalar;
import io.relaygate.config.Yaml.Sequence;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Reads YAML 1.2 (core schema) into {@link Yaml}, from the events of the parser. Events and not composed nodes, because
 * a loop over events bounds depth, aliases and documents before anything recursive has seen them.
 */
final class YamlReader {

    private static final int LARGEST_FILE = 1 << 20;
    private static final int DEEPEST = 50;
    private static final long HEAVIEST = 200_000;

    /** What looks like a capture or a reference to a secret without quotes. */
    private static final Pattern BRACES = Pattern.compile("[:\\[,{] *[^\"' ]*(\\{(site|service)|\\$\\{[^}]*)}");

    private final Path file;
    private final Problems problems;
    private final @Nullable Place place;
    private final CoreSchema schema = new CoreSchema();
    private final Map<Anchor, Yaml> anchors = new HashMap<>();
    private final Deque<Frame> open = new ArrayDeque<>();
    private @Nullable Yaml root;

    private YamlReader(Path file, Problems problems, @Nullable Place place) {
        this.file = file;
        this.problems = problems;
        this.place = place;
    }

    /** What makes a file unreadable as a whole. */
    private static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient Place at;

        Unreadable(Place at, String message) {
            super(message);
            this.at = at;
        }
    }

    /** A list or map that has begun and not ended. */
    private record Frame(Place place, Optional<Anchor> anchor, boolean mapping, List<Yaml> children) {}

    /** Reads a file, or adds a problem and returns null. */
    static @Nullable Yaml read(Path file, Problems problems) {
        try {
            return new YamlReader(file, problems, null).compose(text(file));
        } catch (Unreadable e) {
            problems.add(e.at, "", String.valueOf(e.getMessage()));
            return null;
        }
    }

    /** Reads a default or an example of a settings record, all of it at one place. */
    static Yaml fragment(String text, Place place) {
        try {
            return new YamlReader(place.file(), new Problems(), place).compose(text);
        } catch (Unreadable e) {
            throw new IllegalArgumentException("not YAML: " + text, e);
        }
    }

    private static String text(Path file) throws Unreadable {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(LARGEST_FILE + 1);
        } catch (IOException e) {
            throw new Unreadable(Place.start(file), FileTrouble.explain(file, e));
        }
        if (bytes.length > LARGEST_FILE) {
            throw new Unreadable(Place.start(file), "the file is larger than 1 MiB; split it with `include:`");
        }
        CharBuffer chars = CharBuffer.allocate(bytes.length);
        CoderResult result = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes), chars, true);
        String text = chars.flip().toString();
        if (result.isError()) {
            int line = 1 + (int) text.chars().filter(c -> c == '\n').count();
            String last = text.substring(text.lastIndexOf('\n') + 1);
            throw new Unreadable(
                    new Place(file, line, 1 + last.codePointCount(0, last.length())), "the file is not UTF-8 from here on");
        }
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    private Yaml compose(String text) throws Unreadable {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(file.toString())
                .setUseMarks(true)
                .setSchema(schema)
                .setCodePointLimit(LARGEST_FILE + 1)
                .build();
        try {
            for (Event event : new Parse(settings).parseString(text)) {
                take(event);
            }
        } catch (MarkedYamlEngineException e) {
            throw new Unreadable(at(e.getProblemMark().or(e::getContextMark)), syntax(e, text));
        } catch (ReaderException e) {
            throw new Unreadable(
                    at(text, e.getPosition()),
                    String.format("a configuration has printable characters only, found U+%04X", e.getCodePoint()));
        } catch (YamlEngineException e) {
            throw new Unreadable(Place.start(file), "not valid YAML: " + e.getMessage());
        }
        return root == null ? new Scalar(place == null ? Place.start(file) : place, "", Kind.NOTHING) : root;
    }

    private void take(Event event) throws Unreadable {
        switch (event.getEventId()) {
            case Scalar -> add(scalar((ScalarEvent) event), ((NodeEvent) event).getAnchor());
            case Alias -> add(aliased((AliasEvent) event), Optional.empty());
            case SequenceStart, MappingStart -> begin((CollectionStartEvent) event);
            case SequenceEnd, MappingEnd -> end();
            case DocumentStart -> {
                if (root != null) {
                    throw new Unreadable(at(event.getStartMark()), "a second document begins here; a file has one");
                }
            }
            default -> {
                // The ends of documents and the stream itself say nothing.
            }
        }
    }

    private void begin(CollectionStartEvent event) throws Unreadable {
        if (open.size() >= DEEPEST) {
            throw new Unreadable(at(event.getStartMark()), "nested deeper than " + DEEPEST + " levels");
        }
        Place begin = at(event.getStartMark());
        boolean mapping = event.getEventId() == Event.ID.MappingStart;
        String core = mapping ? "tag:yaml.org,2002:map" : "tag:yaml.org,2002:seq";
        event.getTag().filter(tag -> !tag.equals("!") && !tag.equals(core)).ifPresent(tag -> unknownTag(begin, tag));
        open.push(new Frame(begin, event.getAnchor(), mapping, new ArrayList<>()));
    }

    private void end() throws Unreadable {
        Frame frame = open.pop();
        long weight = 1;
        int height = 1;
        for (Yaml child : frame.children) {
            weight += child.weight();
            height = Math.max(height, child.height() + 1);
        }
        if (height > DEEPEST || weight > HEAVIEST) {
            throw new Unreadable(frame.place, "too large once its aliases are followed");
        }
        add(frame.mapping ? mapping(frame, weight, height) : new Sequence(frame.place, frame.children, weight, height),
                frame.anchor);
    }

    private Mapping mapping(Frame frame, long weight, int height) {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < frame.children.size(); i += 2) {
            if (frame.children.get(i) instanceof Scalar key) {
                entries.add(new Entry(key, frame.children.get(i + 1)));
            } else {
                problems.add(frame.children.get(i).place(), "", "a key must be a text; a text that begins with { or [ needs quotes");
            }
        }
        return new Mapping(frame.place, entries, weight, height);
    }

    private void add(Yaml node, Optional<Anchor> anchor) {
        anchor.ifPresent(name -> anchors.put(name, node));
        Frame parent = open.peek();
        if (parent == null) {
            root = node;
        } else {
            parent.children.add(node);
        }
    }

    private Yaml aliased(AliasEvent event) throws Unreadable {
        String name = event.getAlias().getValue();
        Yaml target = anchors.get(event.getAlias());
        if (target == null) {
            boolean inside = open.stream().anyMatch(frame -> frame.anchor.filter(event.getAlias()::equals).isPresent());
            throw new Unreadable(
                    at(event.getStartMark()),
                    inside
                            ? "alias *" + name + " stands inside what it stands for"
                            : "no anchor &" + name + " before this alias; a text that begins with * needs quotes");
        }
        return target;
    }

    private Scalar scalar(ScalarEvent event) {
        Place begin = at(event.getStartMark());
        String tag = event.getTag()
                .filter(given -> !given.equals("!"))
                .orElseGet(() -> schema.getScalarResolver()
                        .resolve(event.getValue(), event.getImplicit().canOmitTagInPlainScalar())
                        .getValue());
        Kind kind = switch (tag) {
            case "tag:yaml.org,2002:int" -> Kind.WHOLE;
            case "tag:yaml.org,2002:float" -> Kind.DECIMAL;
            case "tag:yaml.org,2002:bool" -> Kind.TRUTH;
            case "tag:yaml.org,2002:null" -> Kind.NOTHING;
            case "tag:yaml.org,2002:str", "tag:yaml.org,2002:merge" -> Kind.TEXT;
            default -> {
                unknownTag(begin, tag);
                yield Kind.TEXT;
            }
        };
        return new Scalar(begin, event.getValue(), kind);
    }

    private void unknownTag(Place at, String tag) {
        problems.add(at, "", "unknown tag " + Problems.quote(tag) + "; a text that begins with ! needs quotes");
    }

    private static String syntax(MarkedYamlEngineException e, String text) {
        String context = e.getContext() == null ? "" : " (" + e.getContext() + begun(e) + ")";
        return "not valid YAML: " + e.getProblem() + context + advice(e, text);
    }

    /** What is most often forgotten. */
    private static String advice(MarkedYamlEngineException e, String text) {
        if (e.getContext() != null && e.getContext().endsWith("an alias")) {
            return "; a text that begins with * needs quotes";
        }
        if (e.getProblem() != null && e.getProblem().contains("escape character")) {
            return "; a text with \\ needs single quotes";
        }
        int line = e.getProblemMark().map(Mark::getLine).orElse(0);
        boolean braces = text.lines().skip(line).findFirst().filter(here -> BRACES.matcher(here).find()).isPresent();
        return braces ? "; a text with { } needs quotes" : "";
    }

    private static String begun(MarkedYamlEngineException e) {
        return e.getContextMark().map(mark -> " that begins in line " + (mark.getLine() + 1)).orElse("");
    }

    private Place at(Optional<Mark> mark) {
        if (place != null) {
            return place;
        }
        return mark.map(m -> new Place(file, m.getLine() + 1, m.getColumn() + 1)).orElse(Place.start(file));
    }

    private Place at(String text, int position) {
        String before = text.substring(0, Math.clamp(position, 0, text.length()));
        int line = 1 + (int) before.chars().filter(c -> c == '\n').count();
        return new Place(file, line, before.length() - before.lastIndexOf('\n'));
    }
}
