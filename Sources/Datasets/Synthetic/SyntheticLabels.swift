extension LabelSpace {
    /// The labels of synthetic sets: N S V F M as in other sets, and H, hypertrophy.
    public static let synthetic = LabelSpace(
        name: "synthetic", version: 1,
        labels: [
            Label(
                code: "N", condition: .normal,
                explanation: "The beat starts in the heart's own pacemaker and spreads the usual way. A normal beat "
                    + "does not rule out every heart disease.",
                link: "https://medlineplus.gov/lab-tests/electrocardiogram/",
                standsFor: "synthetic sinus beat"),
            Label(
                code: "S", condition: .supraventricularArrhythmia,
                explanation: "The beat comes early and starts in the upper part of the heart, outside its own "
                    + "pacemaker. Single early beats are common and mostly harmless; many in a row should be "
                    + "seen by a doctor.",
                link: "https://medlineplus.gov/ency/article/001100.htm",
                standsFor: "synthetic premature atrial or junctional beat"),
            Label(
                code: "V", condition: .ventricularArrhythmia,
                explanation: "The beat comes early and starts in one of the heart's lower chambers, so it spreads "
                    + "slowly. Single extra beats are common; runs of them, fainting or chest pain need a "
                    + "doctor at once.",
                link: "https://www.nhlbi.nih.gov/health/arrhythmias",
                standsFor: "synthetic premature ventricular beat"),
            Label(
                code: "F", condition: .fusionOrMiscellaneous,
                explanation: "A normal beat and an extra beat happened at the same moment, and the drawing is a "
                    + "mixture of both.",
                link: "https://medlineplus.gov/arrhythmia.html",
                standsFor: "synthetic fusion of a sinus and a ventricular beat"),
            Label(
                code: "M", condition: .myocardialInfarction,
                explanation: "The drawing resembles those of people whose heart muscle was starved of blood, now or in "
                    + "the past: a heart attack. Sudden chest pain or breathlessness is an emergency: call for "
                    + "help at once.",
                link: "https://medlineplus.gov/heartattack.html",
                standsFor: "synthetic sinus beat after a myocardial infarction (acute, evolving or old)"),
            Label(
                code: "H", condition: .hypertrophy,
                explanation: "The drawing resembles those of people with a thickened heart muscle, often from high "
                    + "blood pressure over years. A doctor can confirm it with an ultrasound scan and treat the "
                    + "cause.",
                link: "https://www.mayoclinic.org/diseases-conditions/left-ventricular-hypertrophy"
                    + "/symptoms-causes/syc-20374314",
                standsFor: "synthetic sinus beat with left or right ventricular hypertrophy"),
        ])
}
