import type { Catalogue } from "../base/catalogue.ts";

/** Codes of pedigrees, relationship matrices and simulated populations. */
export const geneticsCatalogue: Catalogue = {
  "genetics/pedigree-columns": {
    title: "A pedigree with fewer than three columns",
    meaning: "The three first columns of a pedigree are the animal, its sire and its dam, in this order.",
    remedy: "Check the delimiter of the file and that a line with column names is on top.",
  },
  "genetics/no-header": {
    title: "A pedigree without a header",
    meaning:
      "The first line of a pedigree names its columns. Here it consists of numbers; taken as names, the first animal would be lost.",
    remedy: "Put a line with names on top of the file, as in animal,sire,dam.",
  },
  "genetics/missing-animal": {
    title: "A row of the pedigree without an animal",
    meaning: "Every row is about one animal. Missing, 0 and NA stand for unknown and cannot be ids.",
    remedy: "Delete the row, or give the animal an id.",
  },
  "genetics/self-parent": {
    title: "An animal that is its own parent",
    meaning: "The id of the animal stands as its sire or dam.",
    remedy: "Correct the parent, or write 0 where it is not known.",
  },
  "genetics/conflicting-parents": {
    title: "One animal with different parents",
    meaning: "An animal has two rows that do not name the same parents. Which are right cannot be told.",
    remedy:
      "Delete the wrong row. A row with unknown parents beside one with known parents is a conflict too.",
  },
  "genetics/loop": {
    title: "An animal that descends from itself",
    meaning:
      "Following parents from an animal leads back to it, which cannot be. The message shows the circle.",
    remedy: "One row of the circle has a wrong parent; often two animals share an id.",
  },
  "genetics/birth-order": {
    title: "An offspring that is not younger than its parent",
    meaning: "By the column of births, an animal was born before its parent or with it.",
    remedy: "Correct the parent or the date.",
  },
  "genetics/duplicate-rows": {
    title: "Rows that repeat an animal",
    meaning: "Some animals have several rows with the same parents. They count once.",
    remedy: "Nothing needs to be done; delete the repeated rows to be rid of the note.",
  },
  "genetics/added-parents": {
    title: "Parents without a row of their own",
    meaning:
      "Ids that stand as sire or dam but have no row were added as base animals: unrelated and not inbred.",
    remedy:
      "If they have known parents, add their rows; if the number is unexpected, look for misspelled ids.",
  },
  "genetics/both-sexes": {
    title: "Animals that are both sire and dam",
    meaning: "Some ids stand in the column of sires and in that of dams. Plants can be both; animals cannot.",
    remedy: "In animals look for wrong ids; sexes=separate refuses such a pedigree.",
  },
  "genetics/sex-conflict": {
    title: "An animal as sire and as dam",
    meaning: "Separate sexes were asked for, and ids stand in both columns of parents.",
    remedy: "Correct the rows, or leave sexes=separate out.",
  },
  "genetics/group": {
    title: "An unknown-parent group that is none",
    meaning:
      "Groups are ids that stand in the columns of parents in place of unknown ones. A group named in the options must occur there, once in the options, and cannot have parents itself.",
    remedy: "Check the spelling in groups=G1+G2 and in the pedigree.",
  },
  "genetics/parents-without-group": {
    title: "Unknown parents beside groups",
    meaning:
      "The pedigree has groups, but some unknown parents belong to none. They are taken from one more base population with mean zero, against which the groups are measured.",
    remedy: "Write a group id for every unknown parent, unless this is meant.",
  },
  "genetics/no-sampling": {
    title: "A relationship matrix without an inverse",
    meaning:
      "The parents of an animal are completely inbred (F = 1), so that no Mendelian sampling is left: the animal is determined by its parents and the relationship matrix is singular.",
    remedy:
      "Keep one animal for a line instead of many generations of selfing; with metafounders, lower gamma.",
  },
  "genetics/gamma": {
    title: "A matrix gamma that does not fit",
    meaning:
      "Gamma holds the relationships within and between the groups as metafounders. It needs one row and column for each group and must be positive definite.",
    remedy: "Give a dense table whose header names exactly the groups.",
  },
  "genetics/relationship-text": {
    title: "A relationship that was not understood",
    meaning:
      "A relationship is written NAME=KIND:FILE with options behind commas, as in A=pedigree:ped.csv,groups=G1+G2.",
    remedy: "Kinds are pedigree, sire-mgs, dominance, matrix and inverse.",
  },
  "genetics/relationship-option": {
    title: "An option of a relationship that cannot be",
    meaning: "The option does not exist for this kind of relationship, has a wrong value or lacks another.",
    remedy:
      "A pedigree takes groups, random, gamma, inbreeding, sexes and birth; dominance sexes and birth; a matrix ridge.",
  },
  "genetics/matrix-shape": {
    title: "A table that is no square matrix",
    meaning:
      "A dense matrix has as many rows as columns, with the levels in the header and, if wanted, a first column of ids. A sparse one has the three columns id, id, value.",
    remedy: "Check the delimiter and the header of the file.",
  },
  "genetics/matrix-values": {
    title: "A matrix with missing entries",
    meaning:
      "Every entry of a dense matrix and every diagonal entry of a sparse one must be a finite number.",
    remedy: "Fill the entry the message names, or leave the level out.",
  },
  "genetics/asymmetric": {
    title: "A relationship matrix that is not symmetric",
    meaning: "The relationship of i with j must be that of j with i; in this table it is not.",
    remedy: "Check that rows and columns are in the same order.",
  },
  "genetics/averaged": {
    title: "Mirrored entries that differ a little",
    meaning:
      "The two triangles of the matrix differ by rounding, as after single precision. Their means were used.",
    remedy: "Nothing needs to be done; write the matrix with more digits if the difference matters to you.",
  },
  "genetics/not-positive-definite": {
    title: "A relationship matrix that is not positive definite",
    meaning:
      "A covariance matrix has only positive eigenvalues. This one has a negative or zero one, which the message tells.",
    remedy:
      "Look for levels that are copies of each other and for wrong entries. For a genomic matrix add a little to the diagonal: ridge=0.01.",
  },
  "genetics/near-singular": {
    title: "A relationship matrix that is singular to rounding",
    meaning:
      "Some level is, up to rounding, a combination of others (a clone, or a genomic matrix of fewer markers than animals). Its inverse would be noise.",
    remedy: "Merge the copies, or add to the diagonal: ridge=0.01.",
  },
  "genetics/ridge": {
    title: "A number added to the diagonal",
    meaning: "As ridge asked, every level was made a little less related to the others than to itself.",
    remedy: "Nothing needs to be done. Results depend on the number.",
  },
  "genetics/too-large": {
    title: "Too many levels for a dense matrix",
    meaning:
      "User matrices and dominance relationships are inverted as dense matrices, for which memory and time grow with the square and cube of the levels.",
    remedy: "Give the sparse inverse if there is one, or leave out levels without records.",
  },
  "genetics/dominance-inbreeding": {
    title: "Dominance relationships of inbred animals",
    meaning:
      "The formula for dominance relationships from a pedigree holds for animals that are not inbred; some are. With inbreeding, dominance would need several variances.",
    remedy: "With little inbreeding nothing needs to be done; otherwise use markers.",
  },
  "genetics/simulation": {
    title: "A population that cannot be simulated",
    meaning: "Counts must be positive whole numbers, parents at most all animals, variances not negative.",
    remedy: "Correct the options that the message names.",
  },
  "genetics/matrix-of-groups": {
    title: "A matrix of relationships with groups of unknown parents",
    meaning:
      "Groups of unknown parents are fixed effects inside the equations: they stand in the generalized inverse A*, and the matrix of relationships itself has no place for them.",
    remedy: "Ask for the inverse, or leave the groups out.",
  },
};
