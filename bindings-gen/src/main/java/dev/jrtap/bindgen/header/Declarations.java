// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.eclipse.cdt.core.dom.ast.IASTAttribute;
import org.eclipse.cdt.core.dom.ast.IASTCompositeTypeSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTDeclSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTDeclarator;
import org.eclipse.cdt.core.dom.ast.IASTEnumerationSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTExpression;
import org.eclipse.cdt.core.dom.ast.IASTFileLocation;
import org.eclipse.cdt.core.dom.ast.IASTNode;
import org.eclipse.cdt.core.dom.ast.IASTPreprocessorMacroDefinition;
import org.eclipse.cdt.core.dom.ast.IASTProblemDeclaration;
import org.eclipse.cdt.core.dom.ast.IASTTranslationUnit;
import org.eclipse.cdt.internal.core.dom.parser.ASTNode;

/** The declarations of a parsed header, by name. */
public final class Declarations {

    /** Prefix of a variadic function's name in a declaration that only gives the parameters for its dots. */
    public static final String FIXED = "__jrtap_fixed_";

    /** Separator of the name of a variadic function and that of a further form of it. */
    static final String AS = "$";

    /** Returns the name of a declaration that gives {@code function} the parameters for its dots, as {@code name}. */
    public static String fixed(String name, String function) {
        return name.equals(function) ? FIXED + function : FIXED + function + AS + name;
    }

    /** The function whose call replaces {@code _Generic}. */
    public static final String GENERIC = GenericTokens.NAME;

    /** The attribute by which {@code predefined.h} replaces an asm label, which the parser would drop. */
    static final String SYMBOL = "jrtap_symbol";

    /** The type of a declared name, in C's two parts. */
    public record Typed(IASTDeclSpecifier specifier, IASTDeclarator declarator) {}

    /** An enumerator: its own value, or one more than that of the previous enumerator; either may be {@code null}. */
    public record Enumerator(String name, IASTExpression value, Enumerator previous, IASTNode node) {

        /** Returns the enumerators of an enum, in order. */
        public static List<Enumerator> of(IASTEnumerationSpecifier enumeration) {
            List<Enumerator> all = new ArrayList<>();
            Enumerator previous = null;
            for (IASTEnumerationSpecifier.IASTEnumerator node : enumeration.getEnumerators()) {
                previous = new Enumerator(node.getName().toString(), node.getValue(), previous, node);
                all.add(previous);
            }
            return all;
        }
    }

    /** An invalid line of the preprocessor: the macro that it would define, or an empty name, and the reason. */
    public record Mistake(IASTNode node, String macro, String reason) {}

    /** A type whose definition, within a declaration, the parser drops. */
    public record Lost(String tag, IASTNode declaration) {}

    /** A declaration that cannot be read: its header and place, its text, and the reason. */
    public record Unread(String header, String place, String text, String reason) {}

    private final Target target;
    private final Asides asides;
    private final HeaderFiles files;
    private final Packing packing;
    private final Function<String, IASTExpression> expressions;
    private final Collected all;
    private final MacroDefinitions macros;

    Declarations(
            Target target,
            IASTTranslationUnit unit,
            Asides asides,
            HeaderFiles files,
            Predicate<String> wanted,
            Function<String, IASTExpression> expressions) {
        this.target = target;
        this.asides = asides;
        this.files = files;
        this.packing = new Packing(unit, asides.pragmas);
        this.expressions = expressions;
        this.all = new Collected(unit.getDeclarations(), asides);
        this.macros = new MacroDefinitions(unit, wanted, this::isOurs, asides);
    }

    /** Returns earlier declarations of a function. */
    public List<Typed> repeated(String function) {
        return all.repeated.getOrDefault(function, List.of());
    }

    /** Returns earlier definitions of a macro with the same text. */
    public List<IASTPreprocessorMacroDefinition> repeatedMacro(String name) {
        return macros.repeated.getOrDefault(name, List.of());
    }

    /** Returns an attribute within a declaration that the parser drops; {@code null} if there is none. */
    public String lostAttribute(IASTNode declaration) {
        return asides.lostAttribute(declaration);
    }

    /**
     * Returns whether an attribute of a specifier precedes its {@code struct}, {@code union} or {@code enum}: then it
     * belongs to the declared object, not to the type.
     */
    public boolean isLeading(IASTAttribute attribute) {
        return asides.leading.contains(((ASTNode) attribute).getOffset());
    }

    /** Returns the type that is written after an enum's colon, as text; {@code null} if there is none. */
    public String enumType(IASTEnumerationSpecifier enumeration) {
        return asides.enumType(enumeration);
    }

    /** Returns whether {@code packed} stands before an enum's tag. */
    public boolean isPacked(IASTEnumerationSpecifier enumeration) {
        return asides.isPacked(enumeration);
    }

    public Target target() {
        return target;
    }

    public Map<String, Typed> typedefs() {
        return Collections.unmodifiableMap(all.typedefs);
    }

    /** Returns objects that are declared and not defined, which {@code sizeof} may name. */
    public Map<String, Typed> variables() {
        return Collections.unmodifiableMap(all.variables);
    }

    /** Returns whether the headers are C23, in which {@code true} and {@code false} are keywords. */
    public boolean isC23() {
        return asides.isC23;
    }

    /** Returns values of objects that are const or {@code constexpr}. */
    public Map<String, IASTExpression> constants() {
        return Collections.unmodifiableMap(all.constants);
    }

    /** Returns structs and unions by tag. */
    public Map<String, IASTCompositeTypeSpecifier> composites() {
        return Collections.unmodifiableMap(all.composites);
    }

    /** Returns structs, unions and enums that parameters define. */
    public List<IASTDeclSpecifier> hidden() {
        return Collections.unmodifiableList(all.hidden);
    }

    /** Returns types whose definitions the parser drops: the tag, and the declaration around it. */
    public List<Lost> lost() {
        return Collections.unmodifiableList(all.lost);
    }

    /** Returns declarations that are withheld from the parser. */
    public List<Unread> broken() {
        return asides.broken.values().stream()
                .map(broken -> new Unread(
                        files.includeName(broken.place().getFileName()),
                        place(broken.place()),
                        broken.text(),
                        broken.reason()))
                .toList();
    }

    public Map<String, IASTEnumerationSpecifier> enumerations() {
        return Collections.unmodifiableMap(all.enumerations);
    }

    public Map<String, Enumerator> enumerators() {
        return Collections.unmodifiableMap(all.enumerators);
    }

    /** Returns object-like macros whose text is an expression. */
    public Map<String, IASTExpression> macros() {
        return Collections.unmodifiableMap(all.macros);
    }

    /** Returns function-like macros whose text is an expression of {@link Syntax#parameter}s. */
    public Map<String, IASTExpression> macroBodies() {
        return Collections.unmodifiableMap(all.macroBodies);
    }

    /** Returns all wanted macros of the headers; of several with one name, the last. */
    public Map<String, IASTPreprocessorMacroDefinition> definitions() {
        return Collections.unmodifiableMap(macros.definitions);
    }

    /** Returns functions that the headers declare. A function whose whole type is a typedef is among the variables. */
    public Map<String, Typed> functions() {
        return Collections.unmodifiableMap(all.functions);
    }

    /** Returns the symbols that asm labels give to functions. */
    public Map<String, String> symbols() {
        return Collections.unmodifiableMap(all.symbols);
    }

    /** Returns declarations that give a variadic function parameters for its dots, by the name of the form. */
    public Map<String, Typed> fixed(String function) {
        return all.fixed.getOrDefault(function, Map.of());
    }

    /** Returns functions that the headers define. */
    public Map<String, Typed> inlines() {
        return Collections.unmodifiableMap(all.inlines);
    }

    /** Returns declarations that the parser does not understand. */
    public List<IASTProblemDeclaration> problems() {
        return Collections.unmodifiableList(all.problems);
    }

    /** Returns lines that the preprocessor does not understand. */
    public List<Mistake> mistakes() {
        return Collections.unmodifiableList(macros.mistakes);
    }

    /** Returns whether the parser found a problem within an enum, or ended the enum before its brace. */
    public boolean hasProblem(IASTNode enumeration) {
        int start = ((ASTNode) enumeration).getOffset();
        int end = start + ((ASTNode) enumeration).getLength();
        return all.problems.stream()
                .mapToInt(problem -> ((ASTNode) problem).getOffset())
                .anyMatch(at -> at >= start
                        && (at < end
                                || at <= end + 2
                                        && !enumeration.getRawSignature().endsWith("}")));
    }

    /** Returns the place of the first brace that is never closed, and its header; {@code null} if there is none. */
    public String[] unclosed() {
        IASTFileLocation at = asides.unclosed;
        return at == null ? null : new String[] {files.includeName(at.getFileName()), place(at)};
    }

    /** Returns the largest alignment of a member, in bytes, by {@code #pragma pack}; 0 for no limit. */
    public int packLimit(IASTNode node) {
        return packing.limitOf(node);
    }

    /** Returns whether a struct has the other byte order, by {@code #pragma scalar_storage_order}. */
    public boolean isReversed(IASTNode node) {
        return packing.isReversed(node);
    }

    /** Returns whether {@code #pragma pop_macro} has given a macro another meaning than its last definition. */
    public boolean isRestored(String macro) {
        return packing.isRestored(macro);
    }

    /** Returns whether {@code #pragma redefine_extname} makes a function another symbol. */
    public boolean isRenamed(String function) {
        return packing.isRenamed(function);
    }

    /** Returns the argument of an attribute as an expression; {@code null} if it is not one. */
    public IASTExpression expression(String tokens) {
        return expressions.apply(tokens);
    }

    /** Returns the include name of the header that a node is in. */
    public String header(IASTNode node) {
        IASTFileLocation location = node.getFileLocation();
        return location == null ? "" : files.includeName(location.getFileName());
    }

    /** Returns whether a node is in a stand-in for a header of the compiler or of libc, or in no file. */
    public boolean isOurs(IASTNode node) {
        IASTFileLocation location = node.getFileLocation();
        return location == null
                || HeaderTexts.isShim(location.getFileName())
                || location.getFileName().startsWith("/<");
    }

    public int line(IASTNode node) {
        IASTFileLocation location = node.getFileLocation();
        return location == null ? 0 : location.getStartingLineNumber();
    }

    /** Returns a node's place as {@code file:line:column}. */
    public String place(IASTNode node) {
        IASTFileLocation location = node.getFileLocation();
        return location == null ? "?" : place(location);
    }

    private String place(IASTFileLocation location) {
        return files.includeName(location.getFileName()) + ":" + location.getStartingLineNumber() + ":"
                + files.column(location.getFileName(), location.getNodeOffset());
    }
}
