// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.eclipse.cdt.core.dom.ast.ASTVisitor;
import org.eclipse.cdt.core.dom.ast.IASTArrayDeclarator;
import org.eclipse.cdt.core.dom.ast.IASTAttribute;
import org.eclipse.cdt.core.dom.ast.IASTAttributeOwner;
import org.eclipse.cdt.core.dom.ast.IASTCompositeTypeSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTDeclSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTDeclaration;
import org.eclipse.cdt.core.dom.ast.IASTDeclarator;
import org.eclipse.cdt.core.dom.ast.IASTEnumerationSpecifier;
import org.eclipse.cdt.core.dom.ast.IASTEqualsInitializer;
import org.eclipse.cdt.core.dom.ast.IASTExpression;
import org.eclipse.cdt.core.dom.ast.IASTFileLocation;
import org.eclipse.cdt.core.dom.ast.IASTFunctionDeclarator;
import org.eclipse.cdt.core.dom.ast.IASTFunctionDefinition;
import org.eclipse.cdt.core.dom.ast.IASTNode;
import org.eclipse.cdt.core.dom.ast.IASTPreprocessorMacroDefinition;
import org.eclipse.cdt.core.dom.ast.IASTProblemDeclaration;
import org.eclipse.cdt.core.dom.ast.IASTSimpleDeclaration;
import org.eclipse.cdt.core.dom.ast.IASTToken;
import org.eclipse.cdt.core.dom.ast.IASTTokenList;
import org.eclipse.cdt.core.dom.ast.IASTTranslationUnit;
import org.eclipse.cdt.internal.core.dom.parser.ASTNode;

/** What a parsed header declares, by name. */
public final class Declarations {

    /** Before the name of a variadic function: a declaration that only gives the parameters for its dots. */
    public static final String FIXED = "__jrtap_fixed_";

    /** Between the name of a variadic function and that of a further form of it. */
    private static final String AS = "$";

    /** The name of a declaration that gives {@code function} the parameters for its dots, as {@code name}. */
    public static String fixed(String name, String function) {
        return name.equals(function) ? FIXED + function : FIXED + function + AS + name;
    }

    /** What {@code predefined.h} makes of an asm label, which the parser would drop. */
    private static final String SYMBOL = "jrtap_symbol";

    /** How names of our own begin. */
    private static final String OURS = "__jrtap_";

    /** A declared name's type, in C's two halves. */
    public record Typed(IASTDeclSpecifier specifier, IASTDeclarator declarator) {}

    /** An enumerator: its own value, or one more than the one before, which may be {@code null}. */
    public record Enumerator(String name, IASTExpression value, Enumerator previous, IASTNode node) {}

    private final Target target;
    private final Asides asides;
    private final HeaderFiles files;
    private final Packing packing;
    private final Function<String, IASTExpression> expressions;
    private final Map<String, Typed> typedefs = new LinkedHashMap<>();
    private final Map<String, Typed> variables = new LinkedHashMap<>();
    private final Map<String, IASTCompositeTypeSpecifier> composites = new LinkedHashMap<>();
    private final Map<String, IASTEnumerationSpecifier> enumerations = new LinkedHashMap<>();
    private final Map<String, Enumerator> enumerators = new LinkedHashMap<>();
    private final Map<String, IASTExpression> macros = new LinkedHashMap<>();
    private final Map<String, IASTExpression> macroBodies = new LinkedHashMap<>();
    private final Map<String, IASTPreprocessorMacroDefinition> definitions = new LinkedHashMap<>();
    private final Map<String, Typed> functions = new LinkedHashMap<>();
    private final Map<String, IASTExpression> constants = new LinkedHashMap<>();
    private final Map<String, String> symbols = new HashMap<>();
    private final Map<String, Map<String, Typed>> fixed = new HashMap<>();
    private final Map<String, Typed> inlines = new LinkedHashMap<>();
    private final List<IASTProblemDeclaration> problems = new ArrayList<>();

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
        for (IASTPreprocessorMacroDefinition macro : unit.getMacroDefinitions()) {
            String name = macro.getName().toString();
            if (!name.startsWith(OURS) && wanted.test(name) && !isOurs(macro)) {
                definitions.put(name, macro);
            }
        }
        for (IASTDeclaration declaration : unit.getDeclarations()) {
            if (declaration instanceof IASTSimpleDeclaration simple) {
                collect(simple);
            } else if (declaration instanceof IASTFunctionDefinition definition) {
                collectTypes(definition.getDeclSpecifier());
                inlines.put(
                        innermost(definition.getDeclarator()).getName().toString(),
                        new Typed(definition.getDeclSpecifier(), definition.getDeclarator()));
            } else if (declaration instanceof IASTProblemDeclaration problem
                    && !header(problem).startsWith("<")) {
                problems.add(problem);
            }
        }
    }

    private void collect(IASTSimpleDeclaration declaration) {
        IASTDeclSpecifier specifier = declaration.getDeclSpecifier();
        collectTypes(specifier);
        for (IASTDeclarator declarator : declaration.getDeclarators()) {
            String name = innermost(declarator).getName().toString();
            if (specifier.getStorageClass() == IASTDeclSpecifier.sc_typedef) {
                typedefs.put(name, new Typed(specifier, declarator));
            } else if (isFunction(declarator)) {
                function(name, new Typed(specifier, declarator));
                symbol(name, declarator);
            } else if (declarator.getInitializer() instanceof IASTEqualsInitializer initializer
                    && initializer.getInitializerClause() instanceof IASTExpression expression
                    && name.startsWith(Probes.MACRO)) {
                macros.put(name.substring(Probes.MACRO.length()), expression);
            } else if (declarator.getInitializer() instanceof IASTEqualsInitializer initializer
                    && initializer.getInitializerClause() instanceof IASTExpression expression
                    && name.startsWith(Probes.FUNCTION)) {
                macroBodies.put(name.substring(Probes.FUNCTION.length()), expression);
            } else {
                variables.put(name, new Typed(specifier, declarator));
                if (isConstant(declaration)
                        && declarator.getInitializer() instanceof IASTEqualsInitializer initializer
                        && initializer.getInitializerClause() instanceof IASTExpression expression) {
                    constants.put(name, expression);
                }
            }
        }
    }

    /** Whether {@code constexpr} stands among a declaration's specifiers. */
    private boolean isConstant(IASTSimpleDeclaration declaration) {
        ASTNode specifier = (ASTNode) declaration.getDeclSpecifier();
        Integer found = asides.constants.isEmpty() ? null : asides.constants.ceiling(specifier.getOffset());
        return found != null && found < specifier.getOffset() + specifier.getLength();
    }

    /** An attribute within a declaration that the parser does not hand on; {@code null} if there is none. */
    public String lostAttribute(IASTNode declaration) {
        ASTNode node = (ASTNode) declaration;
        Map<Integer, String> inside =
                asides.attributes.subMap(node.getOffset(), node.getOffset() + Math.max(1, node.getLength()));
        if (inside.isEmpty()) {
            return null;
        }
        Map<Integer, String> lost = new TreeMap<>(inside);
        declaration.accept(new ASTVisitor() {
            {
                shouldVisitDeclSpecifiers = true;
                shouldVisitDeclarators = true;
            }

            @Override
            public int visit(IASTDeclSpecifier specifier) {
                return found(specifier);
            }

            @Override
            public int visit(IASTDeclarator declarator) {
                return found(declarator);
            }

            private int found(IASTAttributeOwner owner) {
                for (IASTAttribute attribute : owner.getAttributes()) {
                    lost.remove(((ASTNode) attribute).getOffset());
                }
                return PROCESS_CONTINUE;
            }
        });
        return lost.isEmpty() ? null : lost.values().iterator().next();
    }

    /** The type that an enum is given after a colon, as text; {@code null} for one whose values decide. */
    public String enumType(IASTEnumerationSpecifier enumeration) {
        Integer keyword = keyword(enumeration, asides.enumTypes.navigableKeySet());
        return keyword == null ? null : asides.enumTypes.get(keyword);
    }

    /** Whether {@code packed} stands before an enum's tag. */
    public boolean isPacked(IASTEnumerationSpecifier enumeration) {
        return keyword(enumeration, asides.packedEnums) != null;
    }

    /** The one of {@code keywords} that is an enum's own: a specifier begins with its storage class and qualifiers. */
    private static Integer keyword(IASTEnumerationSpecifier enumeration, NavigableSet<Integer> keywords) {
        if (keywords.isEmpty()) {
            return null;
        }
        IASTEnumerationSpecifier.IASTEnumerator[] enumerators = enumeration.getEnumerators();
        ASTNode node = (ASTNode) enumeration;
        int end =
                enumerators.length == 0 ? node.getOffset() + node.getLength() : ((ASTNode) enumerators[0]).getOffset();
        Integer found = keywords.ceiling(node.getOffset());
        return found == null || found >= end ? null : found;
    }

    private void function(String name, Typed declared) {
        if (!name.startsWith(FIXED)) {
            functions.put(name, declared);
            return;
        }
        String[] names = name.substring(FIXED.length()).split("\\" + AS, 2);
        fixed.computeIfAbsent(names[0], f -> new LinkedHashMap<>()).put(names[names.length - 1], declared);
    }

    private void collectTypes(IASTDeclSpecifier specifier) {
        if (specifier instanceof IASTCompositeTypeSpecifier composite) {
            if (!composite.getName().toString().isEmpty()) {
                composites.put(composite.getName().toString(), composite);
            }
            for (IASTDeclaration member : composite.getMembers()) {
                if (member instanceof IASTSimpleDeclaration simple) {
                    collectTypes(simple.getDeclSpecifier());
                } else if (member instanceof IASTProblemDeclaration problem) {
                    problems.add(problem);
                }
            }
        } else if (specifier instanceof IASTEnumerationSpecifier enumeration) {
            enumerations.put(enumeration.getName().toString(), enumeration);
            Enumerator previous = null;
            for (IASTEnumerationSpecifier.IASTEnumerator enumerator : enumeration.getEnumerators()) {
                String name = enumerator.getName().toString();
                previous = new Enumerator(name, enumerator.getValue(), previous, enumerator);
                enumerators.put(name, previous);
            }
        }
    }

    /** Once a declaration has given a function its symbol, later ones need not. */
    private void symbol(String name, IASTDeclarator declarator) {
        for (IASTAttribute attribute : declarator.getAttributes()) {
            if (String.valueOf(attribute.getName()).equals(SYMBOL)) {
                // Strings in a row are one token; its quotes are not part of the name.
                String text = tokens(attribute.getArgumentClause()).replaceAll("[()\\s\"]", "");
                symbols.put(name, text);
            }
        }
    }

    /** The text of an attribute's arguments. */
    public static String tokens(IASTToken token) {
        if (token == null) {
            return "";
        }
        if (token instanceof IASTTokenList list) {
            StringBuilder text = new StringBuilder();
            for (IASTToken part : list.getTokens()) {
                text.append(tokens(part)).append(' ');
            }
            return text.toString();
        }
        return new String(token.getTokenCharImage());
    }

    /** Whether it is a function itself, not a pointer to one. */
    private static boolean isFunction(IASTDeclarator declarator) {
        IASTDeclarator at = innermost(declarator);
        while (!(at instanceof IASTFunctionDeclarator)) {
            if (at == declarator || at instanceof IASTArrayDeclarator || at.getPointerOperators().length > 0) {
                return false;
            }
            at = (IASTDeclarator) at.getParent();
        }
        return true;
    }

    /** The declarator that holds the name, inside parentheses. */
    public static IASTDeclarator innermost(IASTDeclarator declarator) {
        IASTDeclarator inner = declarator;
        while (inner.getNestedDeclarator() != null) {
            inner = inner.getNestedDeclarator();
        }
        return inner;
    }

    public Target target() {
        return target;
    }

    public Map<String, Typed> typedefs() {
        return Collections.unmodifiableMap(typedefs);
    }

    /** Objects that are declared and not defined, which {@code sizeof} may name. */
    public Map<String, Typed> variables() {
        return Collections.unmodifiableMap(variables);
    }

    /** Whether the headers are C23, where {@code true} and {@code false} are words of the language. */
    public boolean isC23() {
        return asides.isC23;
    }

    /** Values of objects that are {@code constexpr}. */
    public Map<String, IASTExpression> constants() {
        return Collections.unmodifiableMap(constants);
    }

    /** Structs and unions by tag. */
    public Map<String, IASTCompositeTypeSpecifier> composites() {
        return Collections.unmodifiableMap(composites);
    }

    public Map<String, IASTEnumerationSpecifier> enumerations() {
        return Collections.unmodifiableMap(enumerations);
    }

    public Map<String, Enumerator> enumerators() {
        return Collections.unmodifiableMap(enumerators);
    }

    /** Object-like macros whose text is an expression. */
    public Map<String, IASTExpression> macros() {
        return Collections.unmodifiableMap(macros);
    }

    /** Function-like macros whose text is an expression of {@link #parameter}s. */
    public Map<String, IASTExpression> macroBodies() {
        return Collections.unmodifiableMap(macroBodies);
    }

    /** All macros of the headers that are wanted; the last of several of one name. */
    public Map<String, IASTPreprocessorMacroDefinition> definitions() {
        return Collections.unmodifiableMap(definitions);
    }

    /** The number of the parameter that an identifier in a macro's body stands for; -1 if for none. */
    public static int parameter(String identifier) {
        // Two that ## makes one are none.
        return identifier.startsWith(Probes.PARAMETER) && identifier.matches(Probes.PARAMETER + "\\d+")
                ? Integer.parseInt(identifier.substring(Probes.PARAMETER.length()))
                : -1;
    }

    /** Functions that the headers declare. One that a typedef gives its whole type is among the variables. */
    public Map<String, Typed> functions() {
        return Collections.unmodifiableMap(functions);
    }

    /** The symbols of functions that an asm label names. */
    public Map<String, String> symbols() {
        return Collections.unmodifiableMap(symbols);
    }

    /** Declarations that give a variadic function parameters for its dots, by the name that it has with them. */
    public Map<String, Typed> fixed(String function) {
        return fixed.getOrDefault(function, Map.of());
    }

    /** Functions that the headers define. */
    public Map<String, Typed> inlines() {
        return Collections.unmodifiableMap(inlines);
    }

    /** Declarations that the parser does not understand. */
    public List<IASTProblemDeclaration> problems() {
        return Collections.unmodifiableList(problems);
    }

    /** Whether the parser gave up within a node, or where it ends. */
    public boolean hasProblem(IASTNode node) {
        int start = ((ASTNode) node).getOffset();
        int end = start + ((ASTNode) node).getLength() + 2;
        return problems.stream()
                .mapToInt(problem -> ((ASTNode) problem).getOffset())
                .anyMatch(at -> at >= start && at <= end);
    }

    /** The place of the first brace that is never closed, and its header; {@code null} if there is none. */
    public String[] unclosed() {
        IASTFileLocation at = asides.unclosed;
        return at == null ? null : new String[] {files.includeName(at.getFileName()), place(at)};
    }

    /** The largest alignment of a member, in bytes, by {@code #pragma pack}; 0 for no limit. */
    public int packLimit(IASTNode node) {
        return packing.limitAt(node);
    }

    /** Whether a struct has its bytes the other way round, by {@code #pragma scalar_storage_order}. */
    public boolean isReversed(IASTNode node) {
        return packing.isReversedAt(node);
    }

    /** Whether {@code #pragma pop_macro} has given a macro another meaning than its last definition. */
    public boolean isRestored(String macro) {
        return packing.isRestored(macro);
    }

    /** Whether {@code #pragma redefine_extname} makes a function another symbol. */
    public boolean isRenamed(String function) {
        return packing.isRenamed(function);
    }

    /** What stands between the parentheses of an attribute, as an expression; {@code null} if it is none. */
    public IASTExpression expression(String tokens) {
        return expressions.apply(tokens);
    }

    /** The header a node stands in, by its include name. */
    public String header(IASTNode node) {
        IASTFileLocation location = node.getFileLocation();
        return location == null ? "" : files.includeName(location.getFileName());
    }

    /** Whether a node stands in a file here that stands in for one of the compiler or of libc, or in none. */
    public boolean isOurs(IASTNode node) {
        IASTFileLocation location = node.getFileLocation();
        return location == null
                || HeaderFiles.isShim(location.getFileName())
                || location.getFileName().startsWith("/<");
    }

    public int line(IASTNode node) {
        IASTFileLocation location = node.getFileLocation();
        return location == null ? 0 : location.getStartingLineNumber();
    }

    /** {@code file:line:column}. */
    public String place(IASTNode node) {
        IASTFileLocation location = node.getFileLocation();
        return location == null ? "?" : place(location);
    }

    private String place(IASTFileLocation location) {
        return files.includeName(location.getFileName()) + ":" + location.getStartingLineNumber() + ":"
                + files.column(location.getFileName(), location.getNodeOffset());
    }
}
