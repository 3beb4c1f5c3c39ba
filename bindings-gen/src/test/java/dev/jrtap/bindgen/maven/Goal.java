// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.maven;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.maven.plugin.Mojo;
import org.apache.maven.plugin.logging.SystemStreamLog;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * A goal as the plugin's descriptor has it, with the defaults that stand there, told what a user's properties would
 * tell.
 */
final class Goal {

    private static final File DESCRIPTOR = new File("target/classes/META-INF/maven/plugin.xml");

    private final Element descriptor;
    private final Map<String, String> properties = new HashMap<>();
    private final List<String> log = new ArrayList<>();

    private Goal(Element descriptor) {
        this.descriptor = descriptor;
    }

    static Goal named(String name) throws Exception {
        return new Goal(goals().filter(goal -> text(goal, "goal").equals(name))
                .findFirst()
                .orElseThrow());
    }

    /** The names of all goals. */
    static List<String> names() throws Exception {
        return goals().map(goal -> text(goal, "goal")).toList();
    }

    /** What a build can configure for all goals at once: the types that the goals take for each parameter. */
    static Map<String, Set<String>> types() throws Exception {
        Map<String, Set<String>> types = new TreeMap<>();
        goals().flatMap(goal -> elements(goal.getElementsByTagName("parameter")))
                .forEach(parameter -> types.computeIfAbsent(text(parameter, "name"), name -> new TreeSet<>())
                        .add(text(parameter, "type")));
        return types;
    }

    private static Stream<Element> goals() throws Exception {
        return elements(DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(DESCRIPTOR)
                .getElementsByTagName("mojo"));
    }

    private static Stream<Element> elements(NodeList nodes) {
        return IntStream.range(0, nodes.getLength())
                .mapToObj(nodes::item)
                .filter(Element.class::isInstance)
                .map(Element.class::cast);
    }

    private static String text(Element parent, String name) {
        return parent.getElementsByTagName(name).item(0).getTextContent();
    }

    /** The properties that the goal takes. */
    Set<String> parameters() {
        Element configuration =
                (Element) descriptor.getElementsByTagName("configuration").item(0);
        return elements(configuration.getChildNodes())
                .map(parameter -> parameter.getTextContent().replaceAll("[${}]", ""))
                .collect(Collectors.toSet());
    }

    /** As {@code -DPROPERTY=VALUE}. */
    Goal with(String property, Object value) {
        properties.put("${" + property + "}", value.toString());
        return this;
    }

    /** What the goal logs. */
    List<String> run() throws Exception {
        Mojo mojo = (Mojo) Class.forName(text(descriptor, "implementation"))
                .getDeclaredConstructor()
                .newInstance();
        mojo.setLog(new SystemStreamLog() {
            @Override
            public void info(CharSequence line) {
                log.add(line.toString());
            }

            @Override
            public void warn(CharSequence line) {
                log.add(line.toString());
            }
        });
        Element configuration =
                (Element) descriptor.getElementsByTagName("configuration").item(0);
        for (Element parameter : elements(configuration.getChildNodes()).toList()) {
            String given = properties.remove(parameter.getTextContent());
            String value = given == null ? parameter.getAttribute("default-value") : given;
            if (!value.isEmpty()) {
                Field field = field(mojo.getClass(), parameter.getTagName());
                field.set(mojo, converted(value, field.getGenericType().getTypeName()));
            }
        }
        assertThat(properties).as("properties that the goal does not know").isEmpty();
        mojo.execute();
        return log;
    }

    private static Field field(Class<?> type, String name) {
        Field found = Stream.<Class<?>>iterate(type, c -> c != null, Class::getSuperclass)
                .flatMap(c -> Stream.of(c.getDeclaredFields()))
                .filter(field -> field.getName().equals(name))
                .findFirst()
                .orElseThrow();
        found.setAccessible(true);
        return found;
    }

    /** As Maven converts a property. */
    private static Object converted(String value, String type) {
        return switch (type) {
            case "java.io.File" -> new File(value);
            case "java.util.List<java.lang.String>" -> List.of(value.split(","));
            case "java.util.List<java.io.File>" ->
                Stream.of(value.split(",")).map(File::new).toList();
            case "int", "java.lang.Integer" -> Integer.valueOf(value);
            case "boolean" -> Boolean.valueOf(value);
            default -> value;
        };
    }
}
