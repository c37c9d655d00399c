package io.relaygate.plugin;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.FieldRefEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.NameAndTypeEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodType;
import java.lang.reflect.AccessFlag;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whether what the classes of a jar refer to is there: each class, method and field of the SDK and of slf4j that they name in
 * their constant pools, as this gateway has it. The JVM finds out only when a session needs it.
 */
final class Linkage {

    private static final String GATEWAY = "io/relaygate/";
    private static final Pattern TYPE = Pattern.compile("L([^;]+);");

    private final JarFile jar;
    private final ClassLoader plugin;
    private final Set<String> own = new HashSet<>();
    private final Map<String, Optional<Class<?>>> shared = new HashMap<>();
    private final Set<String> broken = new TreeSet<>();
    private final Set<String> unknown = new TreeSet<>();

    /**
     * What was found.
     *
     * @param broken what of the SDK, of slf4j or of the gateway is referred to and not there, as one reads it
     * @param unknown the classes that are referred to and are neither in the jar nor known to a plugin: of libraries that
     *     were left out, or that are used only if they are there
     */
    record Found(Set<String> broken, Set<String> unknown) {}

    private Linkage(JarFile jar, ClassLoader plugin) {
        this.jar = jar;
        this.plugin = plugin;
    }

    /**
     * Looks at every class of a jar.
     *
     * @param plugin loads the jar's classes, and those that plugins see
     * @throws PluginRefused if a class cannot be read
     */
    static Found of(JarFile jar, ClassLoader plugin) throws PluginRefused {
        Linkage linkage = new Linkage(jar, plugin);
        linkage.run();
        return new Found(linkage.broken, linkage.unknown);
    }

    private void run() throws PluginRefused {
        List<JarEntry> classes = Collections.list(jar.entries()).stream().filter(entry -> isClass(entry.getName())).toList();
        classes.forEach(entry -> own.add(entry.getName().substring(0, entry.getName().length() - ".class".length())));
        for (JarEntry entry : classes) {
            try {
                look(ClassFile.of().parse(jar.getInputStream(entry).readAllBytes()));
            } catch (IOException | IllegalArgumentException e) {
                throw new PluginRefused("its class " + entry.getName() + " cannot be read", e);
            }
        }
    }

    /** Classes for other versions of Java are left out: they are there for the same references. */
    private static boolean isClass(String name) {
        return name.endsWith(".class") && !name.startsWith("META-INF/") && !name.endsWith("module-info.class");
    }

    private void look(ClassModel model) {
        for (PoolEntry entry : model.constantPool()) {
            switch (entry) {
                case ClassEntry type -> type(element(type.asInternalName()));
                case MemberRefEntry member -> member(member);
                case NameAndTypeEntry named -> types(named.type().stringValue());
                default -> {
                    // Texts, numbers, and what the two kinds above are made of.
                }
            }
        }
        model.fields().forEach(field -> types(field.fieldType().stringValue()));
        model.methods().forEach(method -> types(method.methodType().stringValue()));
        if (!model.flags().has(AccessFlag.ABSTRACT) && !model.flags().has(AccessFlag.INTERFACE)) {
            implemented(model.thisClass().asInternalName());
        }
    }

    /** Those of a descriptor. */
    private void types(String descriptor) {
        TYPE.matcher(descriptor).results().forEach(found -> type(found.group(1)));
    }

    private void type(String name) {
        if (name.isEmpty() || (own.contains(name) && isOfTheSdk(name).isEmpty())) {
            return;
        }
        Optional<Class<?>> found = shared.computeIfAbsent(name, this::find);
        if (name.startsWith(SharedClasses.SDK.replace('.', '/')) || name.startsWith(SharedClasses.LOGGING.replace('.', '/'))) {
            if (found.isEmpty()) {
                broken.add("class " + dotted(name));
            }
        } else if (found.isEmpty() && name.startsWith(GATEWAY)) {
            broken.add("class " + dotted(name) + ", which is the gateway's own");
        } else if (found.isEmpty()) {
            unknown.add(dotted(name));
        }
    }

    private void member(MemberRefEntry member) {
        String owner = member.owner().asInternalName();
        Class<?> type = isOfTheSdk(owner).or(() -> heirOfTheSdk(owner)).orElse(null);
        if (type == null) {
            return;
        }
        String name = member.name().stringValue();
        String descriptor = member.type().stringValue();
        if (!has(type, member instanceof FieldRefEntry, name, descriptor)) {
            broken.add((member instanceof FieldRefEntry ? "field " : "method ") + dotted(owner) + "." + readable(member));
        }
    }

    /** What the SDK asks of those who implement it. */
    private void implemented(String name) {
        try {
            Class<?> type = Class.forName(dotted(name), false, plugin);
            for (Method method : type.getMethods()) {
                boolean sdk = isOfTheSdk(method.getDeclaringClass().getName().replace('.', '/')).isPresent();
                if (sdk && Modifier.isAbstract(method.getModifiers())) {
                    broken.add("method " + method.getDeclaringClass().getName() + "." + method.getName() + ", which "
                            + dotted(name) + " does not implement");
                }
            }
        } catch (ClassNotFoundException | LinkageError e) {
            // Something that it is made of is missing, and was found above.
        }
    }

    private Optional<Class<?>> isOfTheSdk(String name) {
        return name.startsWith(SharedClasses.SDK.replace('.', '/')) || name.startsWith(SharedClasses.LOGGING.replace('.', '/'))
                ? shared.computeIfAbsent(name, this::find)
                : Optional.empty();
    }

    /** A class of the jar that has something from the SDK: what it does not have itself must be there. */
    private Optional<Class<?>> heirOfTheSdk(String name) {
        if (!own.contains(name)) {
            return Optional.empty();
        }
        try {
            Class<?> type = Class.forName(dotted(name), false, plugin);
            boolean heir = lineage(type).stream().anyMatch(each -> isOfTheSdk(each.getName().replace('.', '/')).isPresent());
            return heir ? Optional.of(type) : Optional.empty();
        } catch (ClassNotFoundException | LinkageError e) {
            // Something that it is made of is missing, and was found above.
            return Optional.empty();
        }
    }

    private Optional<Class<?>> find(String name) {
        try {
            // The parent: what is shared, and not what the jar has under the same name.
            return Optional.of(Class.forName(dotted(name), false, plugin.getParent()));
        } catch (ClassNotFoundException | LinkageError e) {
            return Optional.empty();
        }
    }

    private boolean has(Class<?> type, boolean field, String name, String descriptor) {
        try {
            return field ? hasField(type, name, descriptor) : hasMethod(type, name, descriptor);
        } catch (LinkageError e) {
            // Something that an heir is made of is missing, and was found above.
            return true;
        }
    }

    private boolean hasField(Class<?> type, String name, String descriptor) {
        for (Class<?> each : lineage(type)) {
            for (Field field : each.getDeclaredFields()) {
                if (field.getName().equals(name) && field.getType().descriptorString().equals(descriptor) && isOpen(each, field.getModifiers())) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean hasMethod(Class<?> type, String name, String descriptor) {
        if (name.equals("<init>")) {
            return Arrays.stream(type.getDeclaredConstructors())
                    .anyMatch(each -> isOpen(type, each.getModifiers()) && descriptor(each, void.class).equals(descriptor));
        }
        return lineage(type).stream().flatMap(each -> Arrays.stream(each.getDeclaredMethods()))
                .anyMatch(each -> each.getName().equals(name)
                        && isOpen(each.getDeclaringClass(), each.getModifiers())
                        && descriptor(each, each.getReturnType()).equals(descriptor));
    }

    private static String descriptor(Executable executable, Class<?> result) {
        return MethodType.methodType(result, executable.getParameterTypes()).descriptorString();
    }

    /** Whether a class of the jar may use it; between those the compiler has looked. */
    private boolean isOpen(Class<?> of, int modifiers) {
        return own.contains(of.getName().replace('.', '/')) || Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
    }

    /** A class, all that it inherits from, and what every interface has of {@link Object}. */
    private static Set<Class<?>> lineage(@Nullable Class<?> type) {
        if (type == null) {
            return Set.of(Object.class);
        }
        Set<Class<?>> all = new HashSet<>(lineage(type.getSuperclass()));
        all.add(type);
        Stream.of(type.getInterfaces()).forEach(each -> all.addAll(lineage(each)));
        return all;
    }

    /** Of {@code [Ljava/lang/String;} the class; empty for arrays of numbers. */
    private static String element(String internal) {
        if (!internal.startsWith("[")) {
            return internal;
        }
        String element = internal.replaceFirst("^\\[+", "");
        return element.startsWith("L") ? element.substring(1, element.length() - 1) : "";
    }

    private static String readable(MemberRefEntry member) {
        String name = member.name().stringValue();
        if (member instanceof FieldRefEntry) {
            return name;
        }
        return name + MethodTypeDesc.ofDescriptor(member.type().stringValue()).displayDescriptor();
    }

    private static String dotted(String name) {
        return name.replace('/', '.');
    }
}
